#!/bin/sh
# Brings Temporal's two databases to the schema of this admin-tools image. Every step may be repeated.
# The connection comes from the SQL_* variables.
set -eu

for part in temporal visibility; do
  database=temporal
  [ "$part" = temporal ] || database=temporal_visibility
  echo "Setting up the schema of $database"
  temporal-sql-tool --db "$database" create
  temporal-sql-tool --db "$database" setup-schema -v 0.0
  temporal-sql-tool --db "$database" update-schema --schema-name "postgresql/v12/$part"
done
