//! Bills of materials: what the wheel holds and what it declares to need, in CycloneDX 1.6 (ECMA-424) and in SPDX 2.3
//! (`spdx.rs`).
//!
//! PEP 770 has their place in a wheel. They claim no more than a build knows: the files by
//! their digests, and the dependencies without a version, as an installer chooses that later. The serial number is made
//! of the contents (RFC 9562, version 8), and a time is told only where `SOURCE_DATE_EPOCH` sets one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::materials::{Dependency, needed, purl, uuid, vendored};
use super::{Artifacts, Emitter, Export, MissingInput, Needs, Publication, sha256, spdx};
use crate::plan::{Content, Entry};

pub(super) const EMITTER: Emitter =
    Emitter { needs: Needs::Nothing, lacks: |_| Vec::<MissingInput>::new(), make };

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let bills = documents(publication).into_iter();
    bills.map(|(name, text)| Export::text(format!("sbom/{name}"), text)).collect()
}

/// The bills of materials as they are written, each with the name of its file, here and in the wheel's `.dist-info/sboms`.
pub fn documents(publication: &Publication<'_>) -> [(String, String); 2] {
    let module = publication.project.module_name();
    [
        (format!("{module}.cdx.json"), cyclonedx(publication)),
        (format!("{module}.spdx.json"), spdx::document(publication)),
    ]
}

fn cyclonedx(publication: &Publication<'_>) -> String {
    let own = purl(publication.name, Some(&publication.version.to_string()));
    let needed: Vec<Value> = needed(publication).iter().map(component).collect();
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
    bill["serialNumber"] = format!("urn:uuid:{}", uuid(&bill.to_string())).into();
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

fn component(dependency: &Dependency<'_>) -> Value {
    let property = |text: &&str| json!({ "name": "mcp-backend:requirement", "value": text });
    let purl = purl(&dependency.name, None);
    json!({
        "type": "library",
        "bom-ref": purl,
        "name": dependency.name,
        "scope": if dependency.is_optional { "optional" } else { "required" },
        "purl": purl,
        "properties": dependency.declared.iter().map(property).collect::<Vec<_>>(),
    })
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
