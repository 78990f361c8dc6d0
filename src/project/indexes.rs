//! `[[tool.uv.index]]`: the package indexes that uv is told of, and where it publishes to.

use super::reader::{Entries, get};
use super::toml::{self, TomlKind, TomlNode};
use crate::text::Spanned;

/// A package index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageIndex {
    /// What it is called.
    pub name: Spanned<String>,
    /// Where its simple repository is (PEP 503).
    pub url: String,
    /// Where uv uploads to, when it is told.
    pub publish_url: Option<String>,
}

impl PackageIndex {
    /// Whether a release goes here, and not to an index for all: PyPI, or the one for trials.
    pub fn is_private(&self) -> bool {
        self.publish_url
            .as_ref()
            .is_some_and(|url| !url.contains("://upload.pypi.org/") && !url.contains("://test.pypi.org/"))
    }
}

/// Reads the indexes that have a name, of the letters that uv takes; what is not as uv wants it is uv's business.
pub(super) fn read(root: &TomlNode) -> Vec<PackageIndex> {
    let indexes = toml::at(root, "tool.uv.index");
    let Some(TomlKind::Array(indexes)) = indexes.map(|node| &node.kind) else { return Vec::new() };
    indexes.iter().filter_map(|node| index(node.as_table()?)).collect()
}

fn index(entries: &Entries) -> Option<PackageIndex> {
    let text = |key: &str| match &get(entries, key)?.kind {
        TomlKind::String(text) => Some(without_user(text)),
        _ => None,
    };
    let name = Spanned::new(text("name")?, get(entries, "name")?.span);
    let is_name = name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name.then_some(())?;
    Some(PackageIndex { name, url: text("url")?, publish_url: text("publish-url") })
}

/// The address without who signs in and by which word, which no export may tell.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or(host))
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_what_uv_reads() {
        let text = "[[tool.uv.index]]\nname = \"company\"\nurl = \"https://me:word@x.example/simple@1\"\n\
                    publish-url = \"https://x.example/upload\"\n\
                    [[tool.uv.index]]\nurl = \"https://nameless.example\"\n\
                    [[tool.uv.index]]\nurl = \"https://odd.example\"\nname = \"a: b\"\n\
                    [[tool.uv.index]]\nname = \"testpypi\"\nurl = \"https://test.pypi.org/simple/\"\n\
                    publish-url = \"https://test.pypi.org/legacy/\"\n";
        let project = crate::project::read(text.as_bytes().to_vec());
        let [company, trials] = &project.indexes[..] else { panic!("{:?}", project.indexes) };
        assert_eq!((&*company.name.value, &*company.url), ("company", "https://x.example/simple@1"));
        assert!(company.is_private() && !trials.is_private());
        for none in ["[tool.uv]\nindex = \"x\"", "[tool]\nuv = 1", "tool = []", ""] {
            assert!(crate::project::read(none.as_bytes().to_vec()).indexes.is_empty(), "{none}");
        }
    }
}
