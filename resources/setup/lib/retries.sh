# shellcheck shell=bash
# Downloads fail for a moment now and then: try again when it was the network, and say what it was otherwise.

# shellcheck source=disk.sh
. "$LAB_SETUP/lib/disk.sh"

# True when the text $1 has a line that matches $2. (It reads to the end: a closed pipe would count as a failure.)
has_line() { printf '%s\n' "$1" | grep -iE "$2" >/dev/null; }

# Prints the reason code for what a failed command printed.
# The network comes before the package: pip names both when it cannot reach the index.
reason_of() {
  local text="$1"
  if has_line "$text" 'no space left on device|os error 28|errno 28|disk quota exceeded|enough free space|more space needed|needs [0-9]+ ?[kmg]?b .*on the .* filesystem' || disk_is_full; then
    echo diskFull
  elif has_line "$text" 'certificate|tls handshake|ssl:'; then
    echo certificate
  elif has_line "$text" 'name resolution|name or service not known|name-resolution|dns error|failed to lookup|could not resolve|unreachable|connection refused|connection reset|connection broken|failed to establish|timed out|timeout was reached|error sending request|failed to fetch|cannot download|failed to download metadata|cannot find a valid baseurl|(status|code|error):? \(?50[23]|50[23] (service|bad|server)'; then
    echo network
  elif has_line "$text" 'no solution found|not found in the package registry|no matching distribution|could not find a version|resolutionimpossible|conflicting dependencies|unable to locate package|unable to find a match|no match for argument|no package .* available'; then
    echo packageNotFound
  else
    echo commandFailed
  fi
}

# Runs a command up to four times while the network is what fails. On failure, LAB_REASON and LAB_SEEN say why.
retried() {
  local text code try pause
  for try in 1 2 3 4; do
    code=0
    # What it prints goes to the log as it comes, and is kept in memory: /tmp may be full.
    {
      text="$(
        set +e
        "$@" 2>&1 | tee -a /dev/fd/3
        exit "${PIPESTATUS[0]}"
      )" || code=$?
    } 3>&1
    if [ "$code" -eq 0 ]; then return 0; fi
    LAB_REASON="$(reason_of "$text")"
    LAB_SEEN="$(printf '%s\n' "$text" | grep -v '^[[:space:]]*$' | tail -n 4 | cut -c1-300)"
    if [ "$LAB_REASON" != network ] || [ "$try" -eq 4 ]; then return 1; fi
    pause=$((try * try * ${LAB_RETRY_PAUSE:-5}))
    say "The network failed; trying again in $pause s ($try of 3)."
    sleep "$pause"
  done
}

# The same, and the step ends with the reason when it was in vain.
with_retries() { retried "$@" || fail_as_seen; }

fail_as_seen() {
  if [ "$LAB_REASON" = diskFull ]; then fail diskFull "$(free_mib) MiB are free where $LAB_PREFIX is$(what_to_free)"; fi
  fail "$LAB_REASON" "$LAB_SEEN"
}
