//! What the SDKs have brought along in some releases only.
//!
//! The table `dependencies` holds what their newest releases require.

/// What came along with a release of an SDK, at any remove, and does not with the newest: names as the tables have them.
pub(super) const FORMERLY: [(&str, &str); 2] = [
    ("mcp", "certifi httpcore httpx httpx-sse pydantic-settings python-dotenv"),
    (
        "fastmcp",
        "annotated-doc async-timeout burner-redis certifi cloudpickle cronsim diskcache fakeredis fastapi httpcore \
         httpx httpx-sse isodate lazy-object-proxy lupa markupsafe openapi-core openapi-schema-validator \
         openapi-spec-validator pathvalidate prometheus-client py-key-value-shared pydocket python-json-logger redis \
         rfc3339-validator shellingham six sortedcontainers typer werkzeug",
    ),
];

/// What other releases of the distribution have brought.
pub(super) fn formerly(distribution: &str) -> impl Iterator<Item = &'static str> {
    let brought = FORMERLY.iter().find(|(sdk, _)| *sdk == distribution).map_or("", |(_, names)| names);
    brought.split_ascii_whitespace()
}

/// Whether the distribution is an SDK.
pub(super) fn is_sdk(distribution: &str) -> bool {
    FORMERLY.iter().any(|(sdk, _)| *sdk == distribution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::dependencies;

    #[test]
    fn the_newest_do_not_bring_what_was_dropped() {
        let none = [];
        for (sdk, _) in FORMERLY {
            let direct: Vec<_> =
                dependencies::of(sdk).expect("it is known").with(&none).map(|next| next.name).collect();
            assert!(formerly(sdk).all(|former| !direct.contains(&former)), "{sdk}: {direct:?}");
        }
        assert!(is_sdk("mcp") && !is_sdk("httpx"));
    }
}
