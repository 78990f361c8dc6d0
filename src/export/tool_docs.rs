//! Pages for the server's documentation: what it offers, and what it runs with.

use super::{Artifacts, Emitter, Export, Needs, Publication};
use crate::dependencies;
use crate::primitive_docs::{self, code, plain};
use crate::sdk::Sdk;
use crate::spec::version::Version;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks: |_| Vec::new(), make };

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let tools =
        format!("# {}\n\n{}", plain(publication.title), primitive_docs::markdown(publication.primitives));
    vec![
        Export::text("docs/tools.md", tools),
        Export::text("docs/compatibility.md", compatibility(publication)),
    ]
}

/// The compatibility matrix.
fn compatibility(publication: &Publication<'_>) -> String {
    let mut rows = vec![
        "| | declared | newest known that an install takes |\n|---|---|---|".to_owned(),
        format!("| server | {} | |", code(&publication.version.to_string())),
    ];
    rows.extend(sdks(publication));
    let pythons: Vec<_> = publication.project.pythons().iter().map(|minor| format!("{minor}")).collect();
    let declared = publication.project.requires_python.as_ref();
    let declared = declared.map(|wanted| code(&wanted.text.value)).unwrap_or_default();
    let newest = pythons.last().cloned().unwrap_or_default();
    rows.push(format!("| Python | {declared} | {newest} |"));
    let mut blocks = vec![
        "# Compatibility".to_owned(),
        format!("What {} runs with.", code(publication.name)),
        rows.join("\n").replace("|  |", "| |"),
    ];
    if !pythons.is_empty() {
        blocks.push(format!("Every Python that it admits: {}.", pythons.join(", ")));
    }
    blocks.extend(spoken(publication));
    blocks.join("\n\n") + "\n"
}

/// The versions of the protocol, each with the release of `mcp` that first speaks it: `mcp/types.py`, from 2.0 on
/// `mcp_types/version.py`, of the wheels on PyPI. All of them speak the older ones still.
const PROTOCOLS: &[([u64; 3], &str)] = &[
    ([1, 0, 0], "2024-11-05"),
    ([1, 9, 0], "2025-03-26"),
    ([1, 10, 0], "2025-06-18"),
    ([1, 23, 1], "2025-11-25"),
    ([2, 0, 0], "2026-07-28"),
];

/// How clients talk to it.
fn spoken(publication: &Publication<'_>) -> Option<String> {
    let transports: Vec<_> = publication.reached.transports().into_iter().map(code).collect();
    let sdks = dependencies::read(publication.project);
    let version = sdks.fresh().and_then(|install| Some(install.release(Sdk::Mcp)?.version.clone()));
    let speaks = |version: &Version| {
        let known = PROTOCOLS.iter().filter(|(first, _)| Version::new(*first) <= *version);
        let known: Vec<_> = known.map(|(_, name)| *name).collect();
        format!("with `mcp` {version} it speaks the versions {} of the protocol", known.join(", "))
    };
    let told = (!transports.is_empty()).then(|| format!("It serves over {}", transports.join(" or ")));
    match (told, version.as_ref().map(speaks)) {
        (Some(told), Some(speaks)) => Some(format!("{told}; {speaks}.")),
        (told, speaks) => Some(told.or_else(|| Some(speaks?.replacen('w', "W", 1)))? + "."),
    }
}

/// The SDKs that the project requires itself, or an install brings.
fn sdks(publication: &Publication<'_>) -> Vec<String> {
    let sdks = dependencies::read(publication.project);
    let fresh = sdks.fresh();
    let row = |sdk: Sdk| {
        let declared: Vec<_> = sdks
            .declared(sdk)
            .iter()
            .map(|one| match &one.requirement.specifiers {
                Some(range) => code(&range.to_string()),
                None => "any".to_owned(),
            })
            .collect();
        let release = fresh.as_ref().and_then(|install| install.release(sdk));
        let release = release.map(|release| release.version.to_string()).unwrap_or_default();
        let is_there = !declared.is_empty() || !release.is_empty();
        is_there.then(|| format!("| `{}` | {} | {release} |", sdk.name(), declared.join(" and ")))
    };
    [Sdk::Fastmcp, Sdk::Mcp].into_iter().filter_map(row).collect()
}
