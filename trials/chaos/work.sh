#!/bin/sh
# The work of a chaos run: notes in a ledger of its own that it has begun and that it is done. Arguments: ledger, key, seconds.
note() { echo "$1 $2 $(date +%s%3N) ${EFFECT_KEY:-none}" >>"$ledger"; }
ledger=$1
note begun "$2"
sleep "$3"
note done "$2"
echo "result of $2"
