use super::*;

/// The versions that a fresh install takes, `mcp` and `fastmcp`, and the lowest of `mcp`.
fn resolved(dependencies: &str, more: &str) -> String {
    let text =
        format!("[project]\nname = 'x'\nrequires-python = '>=3.10'\ndependencies = [{dependencies}]\n{more}");
    let project = crate::project::read(text.into_bytes());
    let sdks = read(&project);
    let Some(fresh) = sdks.fresh() else { return "unknown".to_owned() };
    let spelt =
        |release: Option<&Release>| release.map_or("-".to_owned(), |release| release.version.to_string());
    format!("{} {} {}", spelt(fresh.mcp), spelt(fresh.fastmcp), spelt(sdks.lowest(Sdk::Mcp)))
}

#[test]
fn resolves_as_installers_do() {
    for (dependencies, expected) in [
        ("'mcp'", "2.3.0 - 0.9.1"),
        ("'mcp[cli]>=1.6'", "2.3.0 - 1.6.0"),
        ("'MCP>=1.6,<2'", "1.30.0 - 1.6.0"),
        ("'mcp~=1.2'", "1.30.0 - 1.2.0"),
        ("'mcp~=1.9.1'", "1.9.4 - 1.9.1"),
        ("'mcp==1.*'", "1.30.0 - 1.0.0"),
        ("'mcp==1.8.0'", "1.8.0 - 1.8.0"),
        ("'mcp!=2.*'", "1.30.0 - 0.9.1"),
        ("'mcp>=1.2', 'mcp<2'", "1.30.0 - 1.2.0"),
        ("'mcp (>=1.2)'", "2.3.0 - 1.2.0"),
        ("'mcp; python_version >= \"3.10\"'", "2.3.0 - 0.9.1"),
        ("'mcp; sys_platform == \"linux\"'", "2.3.0 - 0.9.1"),
        ("'mcp<2; python_version < \"3.12\"', 'mcp; python_version >= \"3.12\"'", "unknown"),
        ("'mcp<1; python_version < \"3.10\"', 'mcp>=1.2; python_version >= \"3.10\"'", "2.3.0 - 1.2.0"),
        ("'mcp; python_version < \"3.9\"'", "unknown"),
        ("'mcp @ https://example.org/mcp.whl'", "unknown"),
        ("'mcp>=9'", "unknown"),
        ("'mcp==2.0.0b1'", "unknown"),
        ("'mcp===1.9'", "unknown"),
        ("'httpx'", "unknown"),
        ("'mcp', 'not valid!'", "unknown"),
        ("'fastmcp'", "2.3.0 4.1.6 1.0.0"),
        ("'fastmcp<3'", "1.30.0 2.14.7 1.0.0"),
        ("'fastmcp==2.12.5'", "1.16.0 2.12.5 1.12.4"),
        ("'fastmcp>=2', 'mcp<2'", "1.30.0 3.4.11 1.6.0"),
        ("'fastmcp>=2,<3', 'mcp>=2'", "2.3.0 2.10.6 2.0.0"),
        ("'fastmcp>=3,<4', 'mcp>=2'", "unknown"),
        ("'fastmcp', 'mcp<1.17'", "1.16.0 2.12.5 1.0.0"),
        ("'fastmcp-slim'", "- 4.2.0 -"),
        ("'fastmcp-slim[server]>=3.3,<4'", "1.30.0 3.4.11 1.24.0"),
        ("'fastmcp', 'mcp @ git+https://example.org/mcp'", "unknown"),
    ] {
        assert_eq!(resolved(dependencies, ""), expected, "{dependencies}");
    }
}

#[test]
fn extras_of_the_project_count_where_nothing_else_requires_an_sdk() {
    let extra = "[project.optional-dependencies]\nserver = ['mcp<2']\n";
    assert_eq!(resolved("'httpx'", extra), "1.30.0 - 0.9.1");
    assert_eq!(resolved("'mcp>=1.9'", extra), "2.3.0 - 1.9.0");
}

#[test]
fn sources_and_dynamic_dependencies() {
    let sources = "[tool.uv.sources]\nmcp = { git = 'https://example.org/mcp' }\n";
    assert_eq!(resolved("'mcp>=1.9'", sources), "2.3.0 - 1.9.0");
    assert_eq!(resolved("", "dynamic = ['dependencies']\n"), "unknown");
}

#[test]
fn knows_what_the_sdks_bring_along() {
    for (dependencies, import, expected) in [
        ("'mcp>=1'", "pydantic", Brought::Fresh),
        ("'mcp>=1'", "httpx", Brought::NoMore),
        ("'mcp>=1,<2'", "httpx", Brought::Fresh),
        ("'mcp>=2'", "httpx", Brought::Never),
        ("'mcp>=1'", "typer", Brought::Never),
        ("'mcp[cli]>=1'", "typer", Brought::Fresh),
        ("'mcp>=1'", "requests", Brought::Never),
        ("'mcp>=1'", "mcp", Brought::Fresh),
        ("'mcp>=1'", "mcp_types", Brought::Fresh),
        ("'mcp>=1,<2'", "mcp_types", Brought::Never),
        ("'mcp>=1'", "fastmcp", Brought::Never),
        ("'fastmcp>=2'", "mcp", Brought::Fresh),
        ("'fastmcp>=2'", "fastmcp", Brought::Fresh),
        ("'fastmcp>=2'", "httpx", Brought::NoMore),
        ("'fastmcp>=3,<4'", "httpx", Brought::Fresh),
        ("'fastmcp>=3'", "rich", Brought::Fresh),
        ("'fastmcp-slim'", "mcp", Brought::Never),
        ("'fastmcp-slim[server]'", "mcp", Brought::Fresh),
        ("'fastmcp-slim[server]'", "fastmcp", Brought::Fresh),
        ("'mcp>=9'", "httpx", Brought::Unknown),
        ("'requests'", "httpx", Brought::Never),
    ] {
        let text = format!("[project]\nname = 'x'\ndependencies = [{dependencies}]\n");
        let project = crate::project::read(text.into_bytes());
        assert_eq!(read(&project).brings(import), expected, "{dependencies} {import}");
    }
}

#[test]
fn a_dependency_may_narrow_the_range() {
    for (dependency, others) in
        [("mcp", false), ("fastmcp", false), ("httpx", false), ("openai-agents", true), ("gradio[mcp]", true)]
    {
        let text = format!("[project]\nname = 'x'\ndependencies = ['mcp', '{dependency}']\n");
        assert_eq!(read(&crate::project::read(text.into_bytes())).others, others, "{dependency}");
    }
}
