/** Escapes text that comes from outside (names, messages) so that it shows as it is in Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&').replace(/\n/g, ' ');
}

/** A link that runs a command with one argument. The command must be among the trusted ones of the text. */
export function commandLink(title: string, command: string, argument: string): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}
