//! `install.sh`: installs the server as a tool of uv's, or of pipx where uv is not there (POSIX shell, IEEE Std 1003.1).
//!
//! What is not there is got by the installer of its makers only when the user says so.

use super::clients::CLIENTS;
use super::launch::{Launch, Way};
use super::{Artifacts, Emitter, Export, MissingInput, Needs, Publication, one_line};
use crate::plan::Entry;
use crate::project::EnvVariable;
use crate::text::filled;
use crate::text::literal::{quoted, shell};

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    publication.without_start().collect()
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let entry = Entry::bytes("install.sh".to_owned(), text(publication));
    vec![Export::File(Entry { executable: true, ..entry })]
}

fn text(publication: &Publication<'_>) -> String {
    let launch = Launch::new(publication, publication.script, Way::Installed, false);
    let program = format!(": {}", quoted(publication.script.unwrap_or(publication.name)));
    let config = CLIENTS[0].config(&[launch]).unwrap_or_default();
    let (before, after) = config.split_once(&program).unwrap_or((&config, ""));
    let (variables, apart) =
        (publication.variables, if publication.variables.is_empty() { "" } else { "\n" });
    let told: String = variables.iter().map(told).collect();
    let index = |option: &str| {
        let index = publication.private_index();
        index.map_or_else(String::new, |index| format!("{option} {} ", shell(&index.url)))
    };
    let words = [
        ("UV-INDEX ", index("--index")),
        ("PIPX-INDEX ", index("--index-url")),
        ("ABOUT", one_line(&format!("{} {}", publication.name, publication.version))),
        ("REQUIREMENT", shell(&publication.requirement(true))),
        ("SCRIPT", shell(publication.script.unwrap_or(publication.name))),
        ("BEFORE", shell(before)),
        ("AFTER", shell(after.trim_end())),
        ("# VARIABLES\n", format!("{apart}{told}")),
    ];
    filled(include_str!("template/install.sh"), &words)
}

/// Tells of a variable that the server reads.
fn told(variable: &EnvVariable) -> String {
    let description = variable.description.as_ref().map_or("", |text| &text.value);
    let needed = if variable.is_required() { "It needs" } else { "It reads" };
    let name = &variable.name.value;
    let line = one_line(&format!("{needed} {name}: {description}"));
    format!("printf '%s\\n' {}\n", shell(line.trim_end_matches(':')))
}
