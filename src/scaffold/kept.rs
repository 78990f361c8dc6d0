//! The files of a folder that stay as they are when a project begins among them, and what the project says of them.

use super::NewOptions;
use crate::plan::{Content, Entry};
use crate::text::RelPath;
use crate::text::literal::quoted;
use crate::tree::SourceTree;

/// The files that stay, and that a new project would have too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptFiles {
    /// The name of the readme.
    pub readme: Option<String>,
    /// The name of the licence, and what it is called where its text tells.
    pub license: Option<(String, Option<&'static str>)>,
    /// Whether `.gitignore` is there.
    pub ignores: bool,
}

/// Words that one licence alone has, in capitals as they are compared, and its name.
const LICENSES: &[(&[&str], &str)] = &[
    (&["APACHE LICENSE", "VERSION 2.0"], "Apache-2.0"),
    (&["MOZILLA PUBLIC LICENSE VERSION 2.0"], "MPL-2.0"),
    (
        &["PERMISSION IS HEREBY GRANTED, FREE OF CHARGE", "THE ABOVE COPYRIGHT NOTICE", "MERCHANTABILITY"],
        "MIT",
    ),
    (&["REDISTRIBUTION AND USE", "NEITHER THE NAME"], "BSD-3-Clause"),
    (&["THIS IS FREE AND UNENCUMBERED SOFTWARE RELEASED INTO THE PUBLIC DOMAIN"], "Unlicense"),
    (&["ISC LICENSE", "PERMISSION TO USE, COPY, MODIFY"], "ISC"),
];

impl KeptFiles {
    /// Those at the root of a tree.
    pub fn of(tree: &SourceTree) -> Self {
        let here = || tree.files().iter().map(|file| file.path.as_str()).filter(|path| !path.contains('/'));
        let called = |stems: &[&str]| {
            let is = |name: &&str| {
                stems.contains(&name.split('.').next().unwrap_or_default().to_lowercase().as_str())
            };
            here().find(is).map(str::to_owned)
        };
        let license = called(&["license", "licence", "copying"]).map(|name| {
            let text = tree.text_lossy(&RelPath::new(name.as_str())).unwrap_or_default();
            let known = license(&text);
            (name, known)
        });
        Self { readme: called(&["readme"]), license, ignores: here().any(|name| name == ".gitignore") }
    }

    /// Whether a file of the new project is one of them, under whatever name.
    pub fn holds(&self, path: &str) -> bool {
        match path {
            "README.md" => self.readme.is_some(),
            "LICENSE" => self.license.is_some(),
            ".gitignore" => self.ignores,
            _ => false,
        }
    }

    /// The files of a new project without these, and with the names of these in its `pyproject.toml`.
    pub fn beside(&self, files: Vec<Entry>) -> Vec<Entry> {
        let others = files.into_iter().filter(|file| !self.holds(&file.path));
        let named = |file: Entry| match &file.content {
            Content::Bytes(bytes) if file.path == "pyproject.toml" => {
                let text = self.named(&String::from_utf8_lossy(bytes));
                Entry::bytes(file.path, text)
            }
            _ => file,
        };
        others.map(named).collect()
    }

    fn named(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if let Some(readme) = &self.readme {
            text = text.replace("readme = \"README.md\"", &format!("readme = {}", quoted(readme)));
        }
        if let Some((name, known)) = &self.license {
            let line = known.map(|known| format!("license = {}\n", quoted(known))).unwrap_or_default();
            text = text.replace("license = \"MIT\"\n", &line);
            text =
                text.replace("license-files = [\"LICENSE\"]", &format!("license-files = [{}]", quoted(name)));
        }
        text
    }

    /// What is left to do in the files that stay.
    pub fn told(&self, wish: &NewOptions) -> String {
        let mut text = String::new();
        if let (Some(readme), Some(name)) = (&self.readme, wish.server_name()) {
            text += &format!(
                "\nput `<!-- mcp-name: {name} -->` into `{readme}`, by which the registry knows the server\n"
            );
        }
        if let Some((name, None)) = &self.license {
            text += &format!(
                "\nwrite `license` into `pyproject.toml`, as an SPDX expression: it is not known what `{name}` is\n"
            );
        }
        text
    }
}

/// What a licence is called, where its words are those of one alone.
fn license(text: &str) -> Option<&'static str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").to_uppercase();
    let has_all = |words: &&[&str]| words.iter().all(|word| text.contains(word));
    let mut found = LICENSES.iter().filter(|(words, _)| has_all(words));
    // GNU's licences do not say whether later versions go too
    found.next().filter(|_| found.next().is_none() && !text.contains("GNU ")).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_license_is_known_by_its_words() {
        for (text, name) in [
            (
                "MIT License\n\nPermission is hereby granted, free of\n charge, to any\nThe above copyright notice\nMERCHANTABILITY",
                Some("MIT"),
            ),
            ("   Apache License\n   Version 2.0, January 2004", Some("Apache-2.0")),
            ("Redistribution and use in source\nNeither the name of", Some("BSD-3-Clause")),
            ("GNU GENERAL PUBLIC LICENSE\nVersion 3", None),
            ("All rights reserved.", None),
            ("Apache License Version 2.0\nMozilla Public License Version 2.0", None),
        ] {
            assert_eq!(license(text), name, "{text}");
        }
    }
}
