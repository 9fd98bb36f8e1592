#!/bin/sh
# Creates the namespace with its retention, and Holdfast's search attributes. Every step may be repeated.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE name the place, RETENTION_DAYS how long ended tasks are kept.
set -eu

# Tries a command until it works, for a minute at most.
wait_for() {
  what=$1
  shift
  attempts=0
  until "$@" >/dev/null 2>&1; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 60 ]; then
      echo "$what at $TEMPORAL_ADDRESS after a minute." >&2
      exit 1
    fi
    sleep 1
  done
}

# The port opens a moment before the server answers.
wait_for "Temporal does not answer" temporal operator cluster health

# An existing namespace keeps its retention here: lowering it would delete ended tasks, and raising it is done by
# API and workers at their start.
if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$((RETENTION_DAYS * 24))h"
fi

# The server's parts hear of a new namespace one after the other.
wait_for "The namespace is not known" temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"

# An attribute that exists with the same type is left as it is; with another type the server refuses.
attribute() {
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"
}
attribute TaskState Keyword
attribute TaskTenant Keyword
attribute TaskCategory Keyword
attribute FailureClass Keyword
attribute FailureCode Keyword
attribute FailureFingerprint Keyword
attribute FailureOutcome Keyword
attribute TaskTags KeywordList
