use super::*;

/// The versions that a fresh install takes, `mcp` and `fastmcp`, and the lowest of `mcp`.
fn resolved(dependencies: &str, more: &str) -> String {
    let text =
        format!("[project]\nname = 'x'\nrequires-python = '>=3.10'\ndependencies = [{dependencies}]\n{more}");
    let project = crate::project::read(text.into_bytes());
    let sdks = read(&project);
    let Some(fresh) = sdks.fresh() else { return "unknown".to_owned() };
    let spelt =
        |release: Option<&SdkRelease>| release.map_or("-".to_owned(), |release| release.version.to_string());
    let newest = |sdk: Sdk| format!("{} ", sdk::published(sdks.distribution(sdk)).last().unwrap_or_default());
    let both = format!("{} {} {}", spelt(fresh.mcp), spelt(fresh.fastmcp), spelt(sdks.lowest(Sdk::Mcp)));
    [Sdk::Mcp, Sdk::Fastmcp].into_iter().fold(both, |both, sdk| both.replace(&newest(sdk), "newest "))
}

#[test]
fn resolves_as_installers_do() {
    for (dependencies, expected) in [
        ("'mcp'", "newest - 0.9.1"),
        ("'mcp[cli]>=1.6'", "newest - 1.6.0"),
        ("'MCP>=1.6,<2'", "1.30.0 - 1.6.0"),
        ("'mcp~=1.2'", "1.30.0 - 1.2.0"),
        ("'mcp~=1.9.1'", "1.9.4 - 1.9.1"),
        ("'mcp==1.*'", "1.30.0 - 1.0.0"),
        ("'mcp==1.8.0'", "1.8.0 - 1.8.0"),
        ("'mcp!=2.*'", "1.30.0 - 0.9.1"),
        ("'mcp>=1.2', 'mcp<2'", "1.30.0 - 1.2.0"),
        ("'mcp (>=1.2)'", "newest - 1.2.0"),
        ("'mcp; python_version >= \"3.10\"'", "newest - 0.9.1"),
        ("'mcp; sys_platform == \"linux\"'", "newest - 0.9.1"),
        ("'mcp<2; python_version < \"3.12\"', 'mcp; python_version >= \"3.12\"'", "unknown"),
        ("'mcp<1; python_version < \"3.10\"', 'mcp>=1.2; python_version >= \"3.10\"'", "newest - 1.2.0"),
        ("'mcp; python_version < \"3.9\"'", "unknown"),
        ("'mcp @ https://example.org/mcp.whl'", "unknown"),
        ("'mcp>=9'", "unknown"),
        ("'mcp==2.0.0b1'", "unknown"),
        ("'mcp===1.9'", "unknown"),
        ("'httpx'", "unknown"),
        ("'mcp', 'not valid!'", "unknown"),
        ("'fastmcp'", "newest newest 1.0.0"),
        ("'fastmcp<3'", "1.30.0 2.14.7 1.0.0"),
        ("'fastmcp==2.12.5'", "1.16.0 2.12.5 1.12.4"),
        ("'fastmcp>=2', 'mcp<2'", "1.30.0 3.4.11 1.6.0"),
        ("'fastmcp>=2,<3', 'mcp>=2'", "newest 2.10.6 2.0.0"),
        ("'fastmcp>=3,<4', 'mcp>=2'", "unknown"),
        ("'fastmcp', 'mcp<1.17'", "1.16.0 2.12.5 1.0.0"),
        ("'fastmcp-slim'", "- newest -"),
        ("'fastmcp-slim[server]>=3.3,<4'", "1.30.0 3.4.11 1.24.0"),
        ("'mcp', 'pydantic<2.12'", "1.30.0 - 0.9.1"),
        ("'mcp', 'pydantic<3'", "newest - 0.9.1"),
        ("'mcp', 'httpx<1', 'starlette==0.40'", "newest - 0.9.1"),
        ("'fastmcp>=2.10,<2.11', 'pydantic~=2.11.7'", "1.30.0 2.10.6 1.10.0"),
        ("'mcp', 'pydantic<2.12; python_version < \"3.12\"'", "newest - 0.9.1"),
        ("'fastmcp', 'mcp @ git+https://example.org/mcp'", "unknown"),
    ] {
        assert_eq!(resolved(dependencies, ""), expected, "{dependencies}");
    }
}

#[test]
fn extras_of_the_project_count_where_nothing_else_requires_an_sdk() {
    let extra = "[project.optional-dependencies]\nserver = ['mcp<2']\n";
    assert_eq!(resolved("'httpx'", extra), "1.30.0 - 0.9.1");
    assert_eq!(resolved("'mcp>=1.9'", extra), "newest - 1.9.0");
}

#[test]
fn sources_and_dynamic_dependencies() {
    let sources = "[tool.uv.sources]\nmcp = { git = 'https://example.org/mcp' }\n";
    assert_eq!(resolved("'mcp>=1.9'", sources), "newest - 1.9.0");
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

/// What does not start of what a fresh install takes, and what would revive it; `?` where it may be held back.
fn dying(dependencies: &str) -> String {
    let text =
        format!("[project]\nname = 'x'\nrequires-python = '>=3.10'\ndependencies = [{dependencies}]\n");
    let project = crate::project::read(text.into_bytes());
    let sdks = read(&project);
    let dead = sdks.fresh().and_then(|fresh| sdks.dead(&fresh));
    dead.map_or("starts".to_owned(), |dead| {
        let bounds: Vec<&str> = dead.bounds.iter().map(|bound| bound.text.as_str()).collect();
        let doubt = if dead.certain { "" } else { "?" };
        format!("{} {}: {}{doubt}", dead.sdk.name(), dead.release.version, bounds.join(" "))
    })
}

#[test]
fn knows_what_a_fresh_install_does_not_start_with() {
    for (dependencies, expected) in [
        ("'mcp'", "starts"),
        ("'mcp<2'", "starts"),
        ("'mcp>=1.2,<1.20'", "mcp 1.19.0: pydantic<2.14"),
        ("'mcp~=1.9.1'", "mcp 1.9.4: pydantic<2.14"),
        ("'mcp==1.9.*'", "mcp 1.9.4: pydantic<2.14"),
        ("'mcp[cli]===1.2.1'", "mcp 1.2.1: pydantic<2.14"),
        ("'MCP (<=1.21.0)'", "mcp 1.21.0: pydantic<2.14"),
        ("'mcp<1.21.1,>1.3'", "mcp 1.21.0: pydantic<2.14"),
        ("'mcp==1.21.1'", "starts"),
        ("'mcp==1.1.3'", "starts"),
        ("'mcp==1.9.0', 'pydantic<2.14'", "starts"),
        ("'mcp==1.9.0', 'pydantic>=2.7,<2.12'", "starts"),
        ("'mcp==1.9.0', 'pydantic~=2.11'", "mcp 1.9.0: pydantic<2.14"),
        ("'mcp==1.9.0', 'pydantic~=2.11.1'", "starts"),
        ("'mcp==1.9.0', 'pydantic==2.13.1'", "starts"),
        ("'mcp==1.9.0', 'pydantic<3'", "mcp 1.9.0: pydantic<2.14"),
        ("'mcp==1.9.0', 'pydantic'", "mcp 1.9.0: pydantic<2.14"),
        ("'mcp==1.9.0', 'pydantic<2.14; sys_platform == \"win32\"'", "mcp 1.9.0: pydantic<2.14?"),
        ("'mcp==1.9.0', 'pydantic @ git+https://example.org/p'", "mcp 1.9.0: pydantic<2.14?"),
        ("'mcp==1.9.0', 'httpx', 'python-dotenv'", "mcp 1.9.0: pydantic<2.14"),
        ("'mcp==1.9.0', 'openai>=1'", "mcp 1.9.0: pydantic<2.14"),
        ("'mcp==1.9.0', 'openai<2'", "mcp 1.9.0: pydantic<2.14?"),
        ("'mcp==1.9.0', 'aws-sam-translator'", "mcp 1.9.0: pydantic<2.14?"),
        ("'mcp==1.9.0', 'nobody-knows-this'", "mcp 1.9.0: pydantic<2.14?"),
        ("'fastmcp==2.9.0'", "fastmcp 2.9.0: pydantic<2.12"),
        ("'fastmcp==2.9.0', 'pydantic<2.14'", "fastmcp 2.9.0: pydantic<2.12"),
        ("'fastmcp<2.11'", "fastmcp 2.10.6: pydantic<2.12"),
        ("'fastmcp<2.11', 'mcp<2'", "fastmcp 2.10.6: pydantic<2.12"),
        ("'fastmcp<2.11', 'pydantic<2.12'", "starts"),
        ("'fastmcp==2.12.4'", "starts"),
        ("'fastmcp==2.14.1'", "fastmcp 2.14.1: mcp<2"),
        ("'fastmcp==2.14.1', 'mcp>=1.20,<2'", "starts"),
        ("'fastmcp==2.14.3', 'packaging'", "starts"),
        ("'fastmcp==2.14.4'", "fastmcp 2.14.4: fakeredis<2.35"),
        ("'fastmcp>=2.13', 'mcp<1.22,>1.21.1'", "starts"),
        ("'mcp==0.9.1'", "starts"),
        ("'httpx'", "starts"),
    ] {
        assert_eq!(dying(dependencies), expected, "{dependencies}");
    }
}

#[test]
fn tells_what_a_newer_release_may_change() {
    let name = |path: &str, name: &str| sdk::name(path, name).expect("it is known");
    let described = sdk::parameter("mcp.server.fastmcp.FastMCP", "description").expect("it is known");
    let fastmcp = sdk::module("mcp.server.fastmcp").expect("it is known");
    let newer = sdk::module("mcp.server.mcpserver").expect("it is known");
    for (dependency, need, expected) in [
        // gone with a major, or before it
        ("mcp>=1.2", fastmcp, Some(ReleaseGap::Certain)),
        ("mcp>=2,<3", fastmcp, Some(ReleaseGap::Certain)),
        ("mcp>=1.2,<2", described, Some(ReleaseGap::Certain)),
        ("mcp==1.30.0", described, Some(ReleaseGap::Certain)),
        ("mcp==1.11.0", described, None),
        // came with a major
        ("mcp<2", newer, Some(ReleaseGap::Certain)),
        ("mcp>=2", newer, None),
        // came with a minor
        ("mcp<1.7", name("mcp.types", "ToolAnnotations"), Some(ReleaseGap::Certain)),
        ("mcp>=1.7,<2", name("mcp.types", "ToolAnnotations"), None),
    ] {
        let text = format!("[project]\nname = 'x'\ndependencies = ['{dependency}']\n");
        let project = crate::project::read(text.into_bytes());
        assert_eq!(read(&project).lack((Sdk::Mcp, need)), expected, "{dependency}");
    }
}

#[test]
fn knows_whether_a_newer_release_may_come() {
    for (dependency, newer) in [
        ("mcp", true),
        ("mcp<2", true),
        ("mcp>=1.2,<3", true),
        ("mcp~=1.2", true),
        ("mcp==1.*", true),
        ("mcp<1.20", false),
        ("mcp~=1.9.1", false),
        ("mcp==1.30.0", false),
        ("mcp<=1.30.0", false),
        ("mcp==1.30.*", true),
        ("fastmcp<3", true),
        ("fastmcp==2.9.0", false),
    ] {
        let text = format!("[project]\nname = 'x'\ndependencies = ['{dependency}']\n");
        let project = crate::project::read(text.into_bytes());
        let sdk = if dependency.starts_with("mcp") { Sdk::Mcp } else { Sdk::Fastmcp };
        assert_eq!(read(&project).may_be_newer(sdk), newer, "{dependency}");
    }
}

/// The requirements of a project in the three states that most are in.
const WRITTEN: [&str; 6] =
    ["mcp", "mcp>=1.2,<2", "mcp>=1.0,<1.12", "fastmcp", "fastmcp>=2,<3", "fastmcp>=2,<2.11"];

#[test]
fn whatever_is_proposed_starts() {
    for (sdk, releases) in sdk::differing() {
        let needs = [(sdk, releases)];
        if let Some(range) = range(sdk, &needs) {
            let proposed = dying(&format!("'{}{range}'", sdk.name()));
            assert_eq!(proposed, "starts", "{}{range}", sdk.name());
        }
        for written in WRITTEN {
            let text = format!("[project]\nname = 'x'\ndependencies = ['{written}']\n");
            let project = crate::project::read(text.into_bytes());
            let sdks = read(&project);
            let own = if written.starts_with("mcp") { Sdk::Mcp } else { Sdk::Fastmcp };
            let Some(declared) = sdks.declared(own).first() else { continue };
            let bounds = sdks.bounds(own, &needs);
            if sdks.ceilings(&needs).is_none() || bounds == Bounds::default() {
                continue;
            }
            let Some(text) = declared.within(&project, &bounds) else { continue };
            assert!(mends(&project, declared, &text, &needs), "{written} to {text}");
        }
    }
}
