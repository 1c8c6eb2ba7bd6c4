#!/usr/bin/env bash
# nginx-srv.sh <name> <upstream> <file> <dns server> <dns port> <nginx pid file>
# Writes the instances of an SRV name as an upstream of nginx, every 2 s, and reloads nginx when they have changed.
name=$1 upstream=$2 file=$3 server=$4 port=$5 pid=$6

ask() { dig -p "$port" "@$server" +tries=2 +time=2 +noall "$@"; }

# Nothing where anything is not known: an answer that is not NOERROR, or is empty, or a target without address, changes nothing.
servers() {
  local answer values addresses found
  answer=$(ask +comments +answer "$name" SRV)
  grep -q 'status: NOERROR' <<<"$answer" || return 0
  values=$(awk '$4 == "SRV" { print $8, $7, $6 }' <<<"$answer" | sort)
  [ -n "$values" ] || return 0
  # shellcheck disable=SC2046 # one query a target, all in one call
  addresses=$(ask +answer $(awk '!seen[$1]++ { print $1, "A" }' <<<"$values"))
  found=$(awk 'NR == FNR { if ($4 == "A") address[$1] = $5; next }
    $1 in address { print "  server " address[$1] ":" $2 " weight=" ($3 > 0 ? $3 : 1) " max_fails=1 fail_timeout=5s;" }' \
    <(echo "$addresses") <(echo "$values"))
  [ "$(wc -l <<<"$found")" -eq "$(wc -l <<<"$values")" ] && echo "$found"
}

while :; do
  found=$(servers)
  if [ -n "$found" ]; then
    new=$(printf 'upstream %s {\n  zone %s 1m;\n%s\n}\n' "$upstream" "$upstream" "$found")
    if [ "$new" != "$(cat "$file" 2>/dev/null)" ]; then
      printf '%s\n' "$new" >"$file.new" && mv "$file.new" "$file"
      [ -f "$pid" ] && kill -HUP "$(cat "$pid")"
    fi
  fi
  sleep 2
done
