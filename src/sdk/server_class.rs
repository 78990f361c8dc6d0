//! What makes a server object, and what stands for one.

use super::dialect::{Dialect, InstalledSdks};
use super::distribution::Sdk;
use super::role::PrimitiveKind;

/// What makes server objects, as a path of the program names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerClass<'p> {
    /// The path of the class as it was imported: `mcp.server.fastmcp.FastMCP`.
    pub path: &'p str,
    /// Whether it is the low-level class: its `run` is a coroutine that serves on streams which another call opened, and
    /// its handlers answer the requests of the protocol themselves.
    pub is_low_level: bool,
    /// What its tools are made from that is no code of the program, in a phrase.
    pub generated: Option<&'static str>,
    /// The major of `mcp` that alone has it.
    major: Option<u64>,
}

/// What a server is made from that is given an OpenAPI document.
pub const OPENAPI: &str = "the tools of an OpenAPI document";

const FASTAPI: Option<&str> = Some("the tools of a FastAPI application");
const PROXY: Option<&str> = Some("the tools of another server");

/// The classes, and the function that makes an object of one, by their names: these are the same in whichever module of an
/// SDK they are imported from. With each, whether it is low-level, what its tools are made from, and its major.
const CLASSES: [(&str, bool, Option<&str>, Option<u64>); 6] = [
    ("FastMCP", false, None, Some(1)),
    ("FastMCPOpenAPI", false, Some(OPENAPI), None),
    ("FastMCPProxy", false, PROXY, None),
    ("MCPServer", false, None, Some(2)),
    ("Server", true, None, None),
    ("create_proxy", false, PROXY, None),
];

/// The methods of the classes themselves that make an object, and what of.
const CONSTRUCTORS: [(&str, Option<&str>); 4] =
    [("as_proxy", PROXY), ("from_client", PROXY), ("from_fastapi", FASTAPI), ("from_openapi", Some(OPENAPI))];

/// The attributes of a server that hold a part of it, and whether that is the low-level server beneath it.
const PARTS: [(&str, bool); 9] = [
    ("_local_provider", false),
    ("_lowlevel_server", true),
    ("_mcp_server", true),
    ("_prompt_manager", false),
    ("_resource_manager", false),
    ("_tool_manager", false),
    ("local_provider", false),
    ("mcp_server", false),
    ("server", false),
];

/// The server class of an SDK that `path` names or, as in `FastMCP.from_openapi`, has a constructor of.
pub fn server_class(path: &str) -> Option<ServerClass<'_>> {
    Sdk::of_module(path)?;
    let ends = path.match_indices('.').map(|(dot, _)| dot).chain([path.len()]);
    ends.skip(1).find_map(|end| {
        let name = path[..end].rsplit('.').next()?;
        let (_, is_low_level, generated, major) = *CLASSES.iter().find(|(known, ..)| *known == name)?;
        let made = match path.get(end + 1..) {
            Some(method) => CONSTRUCTORS.iter().find(|(known, _)| *known == method)?.1,
            None => None,
        };
        Some(ServerClass { path: &path[..end], is_low_level, generated: generated.or(made), major })
    })
}

/// Whether a class of an SDK is the provider that makes its tools of an OpenAPI document.
pub fn reads_document(path: &str) -> bool {
    Sdk::of_module(path) == Some(Sdk::Fastmcp) && path.rsplit('.').next() == Some("OpenAPIProvider")
}

/// Whether the attribute of a server holds a part of it: what is registered on that is registered on the server.
pub fn is_part(attribute: &str) -> bool {
    PARTS.iter().any(|(known, _)| *known == attribute)
}

/// What the attribute of a part of a server holds, under its names: the tables that its managers list.
pub fn table_of(attribute: &str) -> Option<PrimitiveKind> {
    match attribute {
        "_tools" => Some(PrimitiveKind::Tool),
        "_prompts" => Some(PrimitiveKind::Prompt),
        _ => None,
    }
}

/// Whether the attribute of a server holds the low-level server beneath it, which serves what another call opened.
pub fn is_low_level_part(attribute: &str) -> bool {
    PARTS.contains(&(attribute, true))
}

impl ServerClass<'_> {
    /// The SDK whose class it is, where these releases are installed.
    pub fn dialect(&self, sdks: InstalledSdks) -> Dialect {
        match (Sdk::of_module(self.path), self.major.unwrap_or(sdks.mcp.major), sdks.fastmcp.major) {
            (Some(Sdk::Fastmcp), _, 0..=2) => Dialect::Fastmcp2,
            (Some(Sdk::Fastmcp), _, 3) => Dialect::Fastmcp3,
            (Some(Sdk::Fastmcp), ..) => Dialect::Fastmcp4,
            (_, 0..=1, _) => Dialect::Mcp1,
            _ => Dialect::Mcp2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_makes_a_server() {
        let class = |path| server_class(path).map(|class| (class.path, class.is_low_level));
        for (path, expected) in [
            ("mcp.server.fastmcp.FastMCP", Some(("mcp.server.fastmcp.FastMCP", false))),
            ("mcp.server.lowlevel.server.Server", Some(("mcp.server.lowlevel.server.Server", true))),
            ("fastmcp.FastMCP.from_openapi", Some(("fastmcp.FastMCP", false))),
            ("fastmcp.FastMCP.generate_name", None),
            ("fastmcp.FastMCP.tool.x", None),
            ("fastmcp.server.create_proxy", Some(("fastmcp.server.create_proxy", false))),
            ("fastmcp.Client", None),
            ("flask.Server", None),
            ("Server", None),
            ("mcp", None),
        ] {
            assert_eq!(class(path), expected, "{path}");
        }
        let generated = |path| server_class(path).and_then(|class| class.generated);
        assert_eq!(generated("fastmcp.FastMCP.as_proxy"), PROXY);
        assert_eq!(generated("fastmcp.FastMCP"), None);
    }

    #[test]
    fn knows_the_dialect_of_a_class() {
        let sdks = [2, 3].map(|major| crate::sdk::MinorRelease { major, minor: 0 });
        let sdks = InstalledSdks { mcp: sdks[0], fastmcp: sdks[1] };
        let dialect = |path| server_class(path).map(|class| class.dialect(sdks));
        for (path, expected) in [
            ("fastmcp.FastMCP", Dialect::Fastmcp3),
            ("mcp.server.fastmcp.FastMCP", Dialect::Mcp1),
            ("mcp.server.MCPServer", Dialect::Mcp2),
            ("mcp.server.Server", Dialect::Mcp2),
        ] {
            assert_eq!(dialect(path), Some(expected), "{path}");
        }
    }
}
