//! The edits of the rules on the SDKs' releases cure what they were made for, in one step.

use crate::healthy::{self, Files};

/// The requirements before and after, with the code that needs them.
const CASES: &[(&str, &str, &str)] = &[
    ("'mcp'", "'mcp<2'", "from mcp.server.fastmcp import FastMCP"),
    ("'mcp>=1.0'", "'mcp>=1.2,<2'", "from mcp.server.fastmcp import FastMCP"),
    ("'mcp[cli] >= 1.6, < 3'", "'mcp[cli] >= 1.6, <2'", "from mcp.server.fastmcp import FastMCP"),
    ("'fastmcp>=2.3'", "'fastmcp>=2.3,<2.14'", "from fastmcp import Image\nimport fastmcp.server.proxy"),
    ("'fastmcp>=2.12'", "'fastmcp>=2.12,<4'", "from mcp import McpError"),
    (
        "'fastmcp>=2.12', 'mcp>=1.0'",
        "'fastmcp>=2.12,<4', 'mcp>=1.0,<2'",
        "from fastmcp.server.proxy import FastMCPProxy\nfrom mcp import McpError",
    ),
    (
        "'mcp>=1.6'",
        "'mcp>=1.8,<2'",
        "from mcp.client.streamable_http import streamablehttp_client\nfrom mcp.server.fastmcp import FastMCP\nFastMCP('x', port=1)",
    ),
];

#[test]
fn one_step_cures_all() {
    for (before, after, code) in CASES {
        let mut files = healthy::files();
        let pyproject = format!("[project]\nname = 'weather'\nversion = '1'\ndependencies = [{before}]\n");
        files.insert("pyproject.toml".to_owned(), pyproject);
        files.insert("src/weather/server.py".to_owned(), format!("{code}\n"));
        let mended = mended(&files);
        let last = mended["pyproject.toml"].lines().last().unwrap_or_default();
        assert_eq!(last, format!("dependencies = [{after}]"), "{before}: {code}");
        // of a bare requirement the lower bound is still to come
        let errors: Vec<_> = found(&mended).into_iter().filter(|line| line.contains("error[")).collect();
        assert_eq!(errors, Vec::<String>::new(), "{after}: {code}");
        let helps = helps(&files);
        assert!(helps.windows(2).all(|pair| pair[0] == pair[1]), "one line has one remedy: {helps:?}");
    }
}

/// What is to be written in place of the first requirement.
fn helps(files: &Files) -> Vec<String> {
    let report = healthy::report(files);
    let own = report.diagnostics().iter().filter(|finding| ["DEP004", "DEP005"].contains(&finding.card.code));
    let first = own.clone().next().map(|finding| finding.primary.clone());
    own.filter(|finding| Some(&finding.primary) == first.as_ref())
        .filter_map(|finding| finding.help.as_deref()?.split('`').nth(1).map(str::to_owned))
        .collect()
}

fn found(files: &Files) -> Vec<String> {
    let lines = healthy::lines(&healthy::report(files)).into_iter();
    lines.filter(|line| line.contains("[DEP004]") || line.contains("[DEP005]")).collect()
}

/// The files with the edits of both rules made.
fn mended(files: &Files) -> Files {
    let report = healthy::report(files);
    let own = report.diagnostics().iter().filter(|finding| ["DEP004", "DEP005"].contains(&finding.card.code));
    let mut edits: Vec<_> = own.flat_map(|finding| &finding.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    let mut files = files.clone();
    for edit in edits {
        let text = files.get_mut("pyproject.toml").expect("it is there");
        text.replace_range(edit.span.range(), &edit.content);
    }
    files
}
