//! `install.sh`: installs the server as a tool of uv's, or of pipx where uv is not there (POSIX shell, IEEE Std 1003.1).
//!
//! What is not there is got by the installer of its makers only when the user says so.

use super::clients::{CLIENTS, Start};
use super::literal::shell;
use super::{Artifacts, Emitter, Export, Lack, Needs, Publication, one_line};
use crate::plan::Entry;
use crate::project::EnvVariable;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<Lack> {
    publication.without_start().collect()
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let entry = Entry::bytes("install.sh".to_owned(), text(publication));
    vec![Export::File(Entry { executable: true, ..entry })]
}

fn text(publication: &Publication<'_>) -> String {
    let requirement = format!("{}=={}", publication.name, publication.version);
    let config = CLIENTS[0].config(&Start::installed(publication));
    let (before, after) = config.split_once(": \"uvx\"").unwrap_or((&config, ""));
    let (variables, apart) =
        (publication.variables, if publication.variables.is_empty() { "" } else { "\n" });
    let told: String = variables.iter().map(told).collect();
    format!(
        r#"#!/bin/sh
# Installs {about} as a tool of uv (https://docs.astral.sh/uv/), or of pipx.
#
#     sh install.sh            with uv or pipx, whichever is there
#     sh install.sh --get-uv   when neither is there, gets uv by its installer from https://astral.sh
set -eu

requirement={requirement}
script={script}
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

has() {{
    command -v "$1" >/dev/null 2>&1
}}

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
    PATH="${{XDG_BIN_HOME:-$HOME/.local/bin}}:$PATH"
fi

if has uv; then
    uv tool install "$requirement"
    folder=$(uv tool dir --bin)
else
    pipx install --force "$requirement"
    folder=$(pipx environment --value PIPX_BIN_DIR)
fi

# clients with windows of their own do not know the PATH of a shell; in JSON two characters have to be escaped
path=$(printf '%s' "$folder/$script" | sed 's/[\\"]/\\&/g')

printf '\n%s\n\n' "$script is installed. This adds it to most clients:"
printf '%s: "%s"%s\n' {before} "$path" {after}
{apart}{told}"#,
        about = one_line(&format!("{} {}", publication.name, publication.version)),
        requirement = shell(&requirement),
        script = shell(publication.script.unwrap_or(publication.name)),
        before = shell(before),
        after = shell(after.trim_end()),
    )
}

/// Tells of a variable that the server reads.
fn told(variable: &EnvVariable) -> String {
    let description = variable.description.as_ref().map_or("", |text| &text.value);
    let needed = if variable.is_required() { "It needs" } else { "It reads" };
    let name = &variable.name.value;
    let line = one_line(&format!("{needed} {name}: {description}"));
    format!("printf '%s\\n' {}\n", shell(line.trim_end_matches(':')))
}
