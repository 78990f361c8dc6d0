//! Since when the SDKs list a field of an entry.

use super::distribution::Sdk;

/// The kind of entry, the field, and the first minor release of `mcp` 1, made by `scripts/sdk_fields.py`.
const OF_MCP_1: [(&str, &str, u64); 14] = [
    ("Prompt", "icons", 15),
    ("Prompt", "title", 10),
    ("Resource", "annotations", 18),
    ("Resource", "icons", 15),
    ("Resource", "title", 10),
    ("ResourceTemplate", "annotations", 18),
    ("ResourceTemplate", "icons", 16),
    ("ResourceTemplate", "mimeType", 14),
    ("ResourceTemplate", "title", 10),
    ("Tool", "_meta", 19),
    ("Tool", "annotations", 7),
    ("Tool", "icons", 15),
    ("Tool", "outputSchema", 10),
    ("Tool", "title", 10),
];

/// Likewise of `fastmcp` 2.
const OF_FASTMCP_2: [(&str, &str, u64); 5] = [
    ("Tool", "_meta", 11),
    ("Tool", "annotations", 2),
    ("Tool", "icons", 13),
    ("Tool", "outputSchema", 10),
    ("Tool", "title", 10),
];

/// A release of an SDK, by its first two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinorRelease {
    /// The major.
    pub major: u64,
    /// The minor.
    pub minor: u64,
}

impl MinorRelease {
    /// Whether the release of this SDK lists the field of an entry of the kind, named as its type is.
    pub fn lists(self, sdk: Sdk, kind: &str, field: &str) -> bool {
        let table: &[_] = match (sdk, self.major) {
            (Sdk::Mcp, 1) => &OF_MCP_1,
            (Sdk::Fastmcp, 2) => &OF_FASTMCP_2,
            _ => return true,
        };
        let since = table.iter().find(|(known, name, _)| (*known, *name) == (kind, field));
        since.is_none_or(|(_, _, since)| self.minor >= *since)
    }
}

#[cfg(test)]
mod tests {
    use super::{MinorRelease, Sdk};

    #[test]
    fn a_field_is_listed_since_a_release() {
        for (sdk, major, minor, field, lists) in [
            (Sdk::Mcp, 1, 9, "outputSchema", false),
            (Sdk::Mcp, 1, 10, "outputSchema", true),
            (Sdk::Mcp, 2, 0, "outputSchema", true),
            (Sdk::Mcp, 1, 2, "description", true),
            (Sdk::Fastmcp, 2, 10, "_meta", false),
            (Sdk::Fastmcp, 3, 0, "_meta", true),
        ] {
            assert_eq!(
                MinorRelease { major, minor }.lists(sdk, "Tool", field),
                lists,
                "{sdk:?} {major}.{minor} {field}"
            );
        }
    }
}
