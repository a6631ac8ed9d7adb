# shellcheck shell=bash
# Downloads fail for a moment now and then: try again when it was the network, and say what it was otherwise.

# Prints the reason code for a failed command's output.
reason_of() {
  local output="$1"
  if grep -qiE 'no space left on device|os error 28|disk quota exceeded|enough free space' "$output"; then
    echo diskFull
  elif grep -qiE 'no solution found|not found in the package registry|no matching distribution|could not find a version|resolutionimpossible|conflicting dependencies|unable to locate package|unable to find a match|no match for argument|no package .* available' "$output"; then
    echo packageNotFound
  elif grep -qiE 'certificate|tls handshake|ssl:' "$output"; then
    echo certificate
  elif grep -qiE 'name resolution|name or service not known|dns error|failed to lookup|could not resolve|unreachable|connection refused|connection reset|timed out|timeout|error sending request|failed to fetch|cannot download|503 |502 ' "$output"; then
    echo network
  else
    echo commandFailed
  fi
}

# Runs a command up to three times while the network is what fails.
with_retries() {
  local output code try reason
  output="$(mktemp)"
  for try in 1 2 3; do
    code=0
    "$@" 2>&1 | tee "$output" || code=$?
    if [ "$code" -eq 0 ]; then
      rm -f "$output"
      return
    fi
    reason="$(reason_of "$output")"
    if [ "$reason" != network ] || [ "$try" -eq 3 ]; then break; fi
    say "The network failed; trying again in $((try * ${LAB_RETRY_PAUSE:-5})) s ($try of 2)."
    sleep "$((try * ${LAB_RETRY_PAUSE:-5}))"
  done
  local seen
  seen="$(grep -v '^[[:space:]]*$' "$output" | tail -n 4 | cut -c1-300)"
  rm -f "$output"
  fail "$reason" "$seen"
}
