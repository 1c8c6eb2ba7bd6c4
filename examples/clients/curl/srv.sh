#!/usr/bin/env bash
# srv.sh <name> <dns server> <dns port> [<path> [<curl option>…]]
# curl knows no SRV. Without a path: the instances as <address>:<port>, in the order in which to try them. With one: asks the
# first, and after it three more until one answers; only for what may be repeated. Keeps nothing: while DNS is silent it fails.
name=$1 server=$2 port=$3 path=$4
shift 3
[ $# -eq 0 ] || shift

ask() { dig -p "$port" "@$server" +tries=2 +time=2 +noall "$@"; }

answer=$(ask +comments +answer "$name" SRV)
case $(awk '/status: / { print $6 }' <<<"$answer") in
  NOERROR, | NXDOMAIN,) ;;
  *) echo "$name: DNS gives no answer, so nothing is known of its instances" >&2; exit 2 ;;
esac
# By priority, and within it at random in proportion to weight (RFC 2782): the smaller -log(random)/weight, the earlier.
values=$(awk -v seed="$RANDOM$RANDOM" 'BEGIN { srand(seed) }
  $4 == "SRV" { print $5, -log(1 - rand()) / ($6 > 0 ? $6 : 0.001), $8, $7 }' <<<"$answer" | sort -k1,1n -k2,2g)
[ -n "$values" ] || { [ -z "$path" ] && exit 0; echo "$name has no instance now" >&2; exit 1; }
# shellcheck disable=SC2046 # one query a target, all in one call
addresses=$(ask +answer $(awk '!seen[$3]++ { print $3, "A" }' <<<"$values"))
endpoints=$(awk 'NR == FNR { if ($4 == "A") address[$1] = $5; next } $3 in address { print address[$3] ":" $4 }' \
  <(echo "$addresses") <(echo "$values"))
[ -n "$path" ] || { echo "$endpoints"; exit 0; }

for endpoint in $(head -n 4 <<<"$endpoints"); do
  curl -fsS --connect-timeout 1 --max-time 2 --connect-to "::$endpoint" "$@" "http://${name#_*._*.}$path" && exit 0
done
exit 1
