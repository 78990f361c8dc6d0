#!/bin/sh
# Installs ABOUT as a tool of uv (https://docs.astral.sh/uv/), or of pipx.
#
#     sh install.sh            with uv or pipx, whichever is there
#     sh install.sh --get-uv   when neither is there, gets uv by its installer from https://astral.sh
set -eu

requirement=REQUIREMENT
script=SCRIPT
get_uv=no

for option in "$@"; do
    case $option in
        --get-uv) get_uv=yes ;;
        *)
            echo "usage: sh install.sh [--get-uv]" >&2
            exit 2
            ;;
    esac
done

has() {
    command -v "$1" >/dev/null 2>&1
}

if ! has uv && ! has pipx; then
    if [ "$get_uv" = no ]; then
        echo "Neither uv nor pipx was found. Install uv: https://docs.astral.sh/uv/getting-started/installation/" >&2
        echo "or repeat with --get-uv, which downloads its installer from https://astral.sh and runs it." >&2
        exit 1
    fi
    installer=$(mktemp)
    trap 'rm -f "$installer"' EXIT
    curl -LsSf https://astral.sh/uv/install.sh -o "$installer"
    sh "$installer"
    PATH="${XDG_BIN_HOME:-$HOME/.local/bin}:$PATH"
fi

if has uv; then
    uv tool install UV-INDEX "$requirement"
    folder=$(uv tool dir --bin)
else
    pipx install --force PIPX-INDEX "$requirement"
    folder=$(pipx environment --value PIPX_BIN_DIR)
fi

# clients with windows of their own do not know the PATH of a shell; in JSON two characters have to be escaped
path=$(printf '%s' "$folder/$script" | sed 's/[\\"]/\\&/g')

printf '\n%s\n\n' "$script is installed. This adds it to most clients:"
printf '%s: "%s"%s\n' BEFORE "$path" AFTER
# VARIABLES
