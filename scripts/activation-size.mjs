// What the editor loads when it activates the extension: the entry with its static imports. It must
// stay small, and free of the heavy rooms, or everybody's editor starts more slowly.

const entry = 'dist/extension.js';
const limitBytes = 60 * 1024;
const heavy = /node_modules\/(oci-[^/]+|ssh2|@jupyterlab\/[^/]+|ws)\//;

/** The output files that are loaded on activation, as keys of `metafile.outputs`. */
function activationFiles(metafile) {
  const files = new Set();
  const visit = (file) => {
    const output = metafile.outputs[file];
    if (files.has(file) || !output) return;
    files.add(file);
    for (const { path, kind } of output.imports) {
      if (kind === 'import-statement') visit(path);
    }
  };
  visit(entry);
  return [...files];
}

/** @returns a sentence for each thing that is wrong; empty if nothing is. */
export function activationProblems(metafile, { checkSize }) {
  const files = activationFiles(metafile);
  if (files.length === 0) return [`${entry} was not built.`];
  const problems = [];
  const bytes = totalBytes(metafile, files);
  if (checkSize && bytes > limitBytes) {
    problems.push(
      `Activation loads ${kilobytes(bytes)}; the limit is ${kilobytes(limitBytes)}: ${files.join(', ')}.`,
    );
  }
  for (const file of files) {
    const found = Object.keys(metafile.outputs[file].inputs).find((input) => heavy.test(input));
    if (found) problems.push(`Activation loads ${found} (in ${file}): load its room by \`await import()\`.`);
  }
  return problems;
}

/** Bytes of the entry with its static imports. */
export function activationBytes(metafile) {
  return totalBytes(metafile, activationFiles(metafile));
}

/** One line for the build's output. */
export function describeActivation(metafile) {
  const files = activationFiles(metafile);
  const chunks = Object.keys(metafile.outputs).filter((file) => file.endsWith('.js')).length;
  return `dist: ${chunks} files; activation loads ${files.length} of them, ${kilobytes(totalBytes(metafile, files))}.`;
}

const totalBytes = (metafile, files) => files.reduce((sum, file) => sum + metafile.outputs[file].bytes, 0);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
