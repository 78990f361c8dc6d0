//! A bill of materials: what the wheel holds and what it declares to need.
//!
//! CycloneDX 1.6 (ECMA-424), and PEP 770 for its place in a wheel. It claims no more than a build knows: the files by
//! their digests, and the dependencies without a version, as an installer chooses that later. The serial number is made
//! of the contents (RFC 9562, version 8), and a time is told only where `SOURCE_DATE_EPOCH` sets one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{Artifacts, Emitter, Export, MissingInput, Needs, Publication, sha256};
use crate::plan::{Content, Entry};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::text::hex;

/// The folders that hold what others wrote.
const VENDORED: &[&str] = &["_vendor", "_vendored", "third_party", "vendor", "vendored"];

pub(super) const EMITTER: Emitter =
    Emitter { needs: Needs::Nothing, lacks: |_| Vec::<MissingInput>::new(), make };

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    vec![Export::text(format!("sbom/{}", file_name(publication)), document(publication))]
}

/// The file's name, here and in the wheel's `.dist-info/sboms`.
pub fn file_name(publication: &Publication<'_>) -> String {
    format!("{}.cdx.json", publication.project.module_name())
}

/// The bill of materials, as it is written.
pub fn document(publication: &Publication<'_>) -> String {
    let own = purl(publication.name, Some(&publication.version.to_string()));
    let needed = needed(publication);
    let references: Vec<&Value> = needed.iter().map(|component| &component["bom-ref"]).collect();
    let leaves = references.iter().map(|reference| json!({ "ref": reference }));
    let graph = std::iter::once(json!({ "ref": own, "dependsOn": references })).chain(leaves);
    let mut bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": null,
        "version": 1,
        "metadata": metadata(publication, &own),
        "components": needed,
        "dependencies": graph.collect::<Vec<_>>(),
    });
    bill["serialNumber"] = serial_number(&bill.to_string()).into();
    serde_json::to_string_pretty(&bill).expect("JSON is JSON") + "\n"
}

fn metadata(publication: &Publication<'_>, own: &str) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let mut metadata = Map::new();
    if let Some(moment) = &publication.moment {
        metadata.insert("timestamp".to_owned(), moment.as_str().into());
    }
    let backend = json!({
        "type": "application", "name": "mcp-backend", "version": version, "purl": purl("mcp-backend", Some(version)),
    });
    metadata.insert("tools".to_owned(), json!({ "components": [backend] }));
    let mut component = json!({
        "type": "application",
        "bom-ref": own,
        "name": publication.name,
        "version": publication.version.to_string(),
    });
    if !publication.description.is_empty() {
        component["description"] = publication.description.into();
    }
    if let Some(license) = publication.license() {
        component["licenses"] = json!([{ "expression": license }]);
    }
    component["purl"] = own.into();
    component["components"] = held(publication).into();
    metadata.insert("component".to_owned(), component);
    Value::Object(metadata)
}

/// The package of this name, as the purl specification has its type `pypi`.
fn purl(name: &str, version: Option<&str>) -> String {
    let version = version.map(|version| format!("@{}", version.replace('+', "%2B").replace('!', "%21")));
    format!("pkg:pypi/{}{}", name::normalize(name), version.unwrap_or_default())
}

/// What the project declares to need, each once, in order of their names.
fn needed(publication: &Publication<'_>) -> Vec<Value> {
    let project = publication.project;
    let always = project.dependencies.iter().map(|each| (each, "required"));
    let extras = project.optional_dependencies.iter().flat_map(|extra| &extra.requirements);
    let mut all: BTreeMap<String, (&str, BTreeSet<&str>)> = BTreeMap::new();
    for (each, scope) in always.chain(extras.map(|each| (each, "optional"))) {
        let Ok(requirement) = &each.value else { continue };
        let name = name::normalize(&requirement.name);
        // an extra may name the project itself
        if name != name::normalize(publication.name) {
            all.entry(name).or_insert((scope, BTreeSet::new())).1.extend(declared(requirement));
        }
    }
    let component = |(name, (scope, declared)): (String, (&str, BTreeSet<&str>))| {
        let property = |text: &str| json!({ "name": "mcp-backend:requirement", "value": text });
        let purl = purl(&name, None);
        json!({
            "type": "library", "bom-ref": purl, "name": name, "scope": scope, "purl": purl,
            "properties": declared.into_iter().map(property).collect::<Vec<_>>(),
        })
    };
    all.into_iter().map(component).collect()
}

/// The requirement as it is written; an address may sign in and stays out.
fn declared(requirement: &Requirement) -> Option<&str> {
    requirement.url.is_none().then(|| requirement.text.trim())
}

/// The files of the wheel beside its metadata; those that others wrote below the library that they are.
fn held(publication: &Publication<'_>) -> Vec<Value> {
    let (mut files, mut libraries) = (Vec::new(), BTreeMap::<&str, Vec<Value>>::new());
    for entry in publication.entries {
        if entry.path.split('/').next().is_some_and(|folder| folder.ends_with(".dist-info")) {
            continue;
        }
        match vendored(&entry.path) {
            Some(library) => libraries.entry(library).or_default().push(file(publication, entry)),
            None => files.push(file(publication, entry)),
        }
    }
    let library = |(path, files): (&str, Vec<Value>)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        json!({ "type": "library", "bom-ref": path, "name": name.trim_end_matches(".py"), "components": files })
    };
    files.extend(libraries.into_iter().map(library));
    files
}

/// The path of the library that the file is part of: `weather/_vendor/six.py`.
fn vendored(path: &str) -> Option<&str> {
    let mut at = 0;
    let mut inside = false;
    for part in path.split('/') {
        at += part.len();
        if inside {
            let is_library = path[at..].starts_with('/') || part.ends_with(".py") && part != "__init__.py";
            return is_library.then(|| &path[..at]);
        }
        inside = VENDORED.contains(&part);
        at += 1;
    }
    None
}

fn file(publication: &Publication<'_>, entry: &Entry) -> Value {
    let bytes = match &entry.content {
        Content::Bytes(bytes) => Some(bytes.clone()),
        // one that cannot be read fails the build later, with the system's words
        Content::File { path, .. } => publication.tree.read(path).ok(),
        Content::Record => None,
    };
    let mut file = json!({ "type": "file", "bom-ref": format!("file:{}", entry.path), "name": entry.path });
    if let Some(bytes) = bytes {
        file["hashes"] = json!([{ "alg": "SHA-256", "content": sha256(&bytes) }]);
    }
    file
}

fn serial_number(contents: &str) -> String {
    let mut bytes = Sha256::digest(contents);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes[..16]);
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
    format!("urn:uuid:{}", groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_others_wrote() {
        for (path, library) in [
            ("weather/_vendor/six.py", Some("weather/_vendor/six.py")),
            ("weather/_vendor/rich/table.py", Some("weather/_vendor/rich")),
            ("weather/_vendor/__init__.py", None),
            ("weather/_vendor/README.md", None),
            ("weather/vendor.py", None),
            ("weather/server.py", None),
        ] {
            assert_eq!(vendored(path), library, "{path}");
        }
    }

    #[test]
    fn serial_numbers_differ_with_the_contents_alone() {
        let number = serial_number("a");
        assert_eq!(number, serial_number("a"));
        assert_ne!(number, serial_number("b"));
        assert_eq!((&number[23..24], number.len()), ("8", 45), "{number}");
        assert!("89ab".contains(&number[28..29]), "{number}");
    }

    #[test]
    fn packages_are_named_as_the_index_does() {
        assert_eq!(purl("My_Server", Some("1!2.0+x")), "pkg:pypi/my-server@1%212.0%2Bx");
    }
}
