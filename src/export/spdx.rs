//! SPDX 2.3 in JSON (ISO/IEC 5962): the wheel, what others wrote in it, and what it declares to need, as packages.
//!
//! No file is told: the format wants a SHA-1 of each, and `RECORD` and the other bill have their SHA-256.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Publication;
use super::materials::{Dependency, needed, purl, uuid, vendored};

/// What nobody says.
const UNTOLD: &str = "NOASSERTION";
/// The wheel.
const OWN: &str = "SPDXRef-Package";

/// The bill of materials, as it is written.
pub(super) fn document(publication: &Publication<'_>) -> String {
    let (needed, held) = (needed(publication), held(publication));
    let relations = std::iter::once(relation("SPDXRef-DOCUMENT", "DESCRIBES", OWN))
        .chain(needed.iter().map(of_dependency))
        .chain((0..held.len()).map(|at| relation(OWN, "CONTAINS", &vendored_id(at))));
    let packages = std::iter::once(own(publication))
        .chain(needed.iter().map(dependency))
        .chain(held.iter().enumerate().map(|(at, path)| library(at, path)));
    let name = format!("{}-{}", publication.name, publication.version);
    // the format wants a time; without one that is set it is that of the wheel's files
    let created = publication.moment.as_deref().unwrap_or("1980-01-01T00:00:00Z");
    let mut bill = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": null,
        "creationInfo": {
            "created": created,
            "creators": [concat!("Tool: mcp-backend-", env!("CARGO_PKG_VERSION"))],
        },
        "packages": packages.collect::<Vec<_>>(),
        "relationships": relations.collect::<Vec<_>>(),
    });
    let namespace = format!("https://spdx.org/spdxdocs/{}-{}", id(&name), uuid(&bill.to_string()));
    bill["documentNamespace"] = namespace.into();
    serde_json::to_string_pretty(&bill).expect("JSON is JSON") + "\n"
}

/// What an identifier may hold; all else becomes a hyphen.
fn id(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect()
}

fn relation(from: &str, kind: &str, to: &str) -> Value {
    json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to })
}

fn of_dependency(dependency: &Dependency<'_>) -> Value {
    let id = dependency_id(dependency);
    if dependency.is_optional {
        relation(&id, "OPTIONAL_DEPENDENCY_OF", OWN)
    } else {
        relation(OWN, "DEPENDS_ON", &id)
    }
}

fn dependency_id(dependency: &Dependency<'_>) -> String {
    format!("SPDXRef-Requirement-{}", id(&dependency.name))
}

fn vendored_id(at: usize) -> String {
    format!("SPDXRef-Vendored-{}", at + 1)
}

/// A package of which nothing is known but its name.
fn package(id: &str, name: &str) -> Value {
    json!({
        "SPDXID": id,
        "name": name,
        "downloadLocation": UNTOLD,
        "filesAnalyzed": false,
        "licenseConcluded": UNTOLD,
        "licenseDeclared": UNTOLD,
        "copyrightText": UNTOLD,
    })
}

fn of_index(purl: &str) -> Value {
    json!([{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl }])
}

fn own(publication: &Publication<'_>) -> Value {
    let version = publication.version.to_string();
    let mut own = package(OWN, publication.name);
    own["versionInfo"] = version.as_str().into();
    own["primaryPackagePurpose"] = "APPLICATION".into();
    // a licence of one's own would have to be told in full
    if let Some(license) = publication.license().filter(|license| !license.contains("LicenseRef-")) {
        own["licenseDeclared"] = license.into();
    }
    if !publication.description.is_empty() {
        own["summary"] = publication.description.into();
    }
    own["externalRefs"] = of_index(&purl(publication.name, Some(&version)));
    own
}

fn dependency(dependency: &Dependency<'_>) -> Value {
    let mut needed = package(&dependency_id(dependency), &dependency.name);
    let declared: Vec<_> = dependency.declared.iter().copied().collect();
    if !declared.is_empty() {
        needed["comment"] = format!("required as: {}", declared.join(" | ")).into();
    }
    needed["externalRefs"] = of_index(&purl(&dependency.name, None));
    needed
}

/// The paths of the libraries in the wheel that others wrote.
fn held<'a>(publication: &Publication<'a>) -> Vec<&'a str> {
    let paths = publication.entries.iter().filter_map(|entry| vendored(&entry.path));
    paths.collect::<BTreeSet<_>>().into_iter().collect()
}

fn library(at: usize, path: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut library = package(&vendored_id(at), name.trim_end_matches(".py"));
    library["comment"] = format!("in the wheel as {path}").into();
    library
}
