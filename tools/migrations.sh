#!/usr/bin/env bash
# Adds a migration to both providers' lines: tools/migrations.sh AddSomething
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet tool restore >/dev/null
dotnet restore tools/Portal.Migrations >/dev/null
for provider in Sqlite Postgres; do
  dotnet ef migrations add "$1" --context "${provider}PortalDbContext" --project Portal.Core \
    --startup-project tools/Portal.Migrations --output-dir "Shared/Data/Migrations/$provider"
done
