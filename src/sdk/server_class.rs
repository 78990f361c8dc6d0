//! What makes a server object, and what stands for one.

use super::dialect::{Dialect, Majors};
use super::distribution::Sdk;

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
    major: Option<u64>,
}

/// One line of the table.
struct Class {
    name: &'static str,
    is_low_level: bool,
    generated: Option<&'static str>,
    /// The major of `mcp` that alone has it.
    major: Option<u64>,
}

const OPENAPI: Option<&str> = Some("the tools of an OpenAPI document");
const FASTAPI: Option<&str> = Some("the tools of a FastAPI application");
const PROXY: Option<&str> = Some("the tools of another server");

/// The classes by their names, which are the same in whichever module of an SDK they are imported from.
const CLASSES: [Class; 5] = [
    Class { name: "FastMCP", is_low_level: false, generated: None, major: Some(1) },
    Class { name: "FastMCPOpenAPI", is_low_level: false, generated: OPENAPI, major: None },
    Class { name: "FastMCPProxy", is_low_level: false, generated: PROXY, major: None },
    Class { name: "MCPServer", is_low_level: false, generated: None, major: Some(2) },
    Class { name: "Server", is_low_level: true, generated: None, major: None },
];

/// The methods of the classes themselves that make an object, and what of.
const CONSTRUCTORS: [(&str, Option<&str>); 4] =
    [("as_proxy", PROXY), ("from_client", PROXY), ("from_fastapi", FASTAPI), ("from_openapi", OPENAPI)];

/// The attributes of a server that hold a part of it, on which one may register too.
const PARTS: [&str; 9] = [
    "_local_provider",
    "_lowlevel_server",
    "_mcp_server",
    "_prompt_manager",
    "_resource_manager",
    "_tool_manager",
    "local_provider",
    "mcp_server",
    "server",
];

/// The attributes of a server that hold the low-level server beneath it.
const LOW_LEVEL_PARTS: [&str; 2] = ["_lowlevel_server", "_mcp_server"];

/// The server class of an SDK that `path` names or, as in `FastMCP.from_openapi`, has a constructor of.
pub fn server_class(path: &str) -> Option<ServerClass<'_>> {
    Sdk::of_module(path)?;
    let parts = path.match_indices('.').map(|(dot, _)| dot).chain([path.len()]);
    let mut start = 0;
    for end in parts {
        if let Some(class) = CLASSES.iter().find(|class| start > 0 && class.name == &path[start..end]) {
            let constructor = match path.get(end + 1..) {
                Some(name) => CONSTRUCTORS.iter().find(|(known, _)| *known == name)?.1,
                None => None,
            };
            return Some(class.at(&path[..end], constructor));
        }
        start = end + 1;
    }
    None
}

/// Whether the attribute of a server holds a part of it: what is registered on that is registered on the server.
pub fn is_part(attribute: &str) -> bool {
    PARTS.contains(&attribute)
}

/// Whether the attribute of a server holds the low-level server beneath it, which serves what another call opened.
pub fn is_low_level_part(attribute: &str) -> bool {
    LOW_LEVEL_PARTS.contains(&attribute)
}

impl Class {
    fn at<'p>(&self, path: &'p str, constructor: Option<&'static str>) -> ServerClass<'p> {
        let Self { is_low_level, major, .. } = *self;
        ServerClass { path, is_low_level, generated: self.generated.or(constructor), major }
    }
}

impl ServerClass<'_> {
    /// The SDK whose class it is, where these majors are installed.
    pub fn dialect(&self, majors: Majors) -> Dialect {
        match Sdk::of_module(self.path) {
            Some(Sdk::Fastmcp) => Dialect::of_fastmcp(majors.fastmcp),
            _ => Dialect::of_mcp(self.major.unwrap_or(majors.mcp)),
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
        let majors = Majors { mcp: 2, fastmcp: 3 };
        let dialect = |path| server_class(path).map(|class| class.dialect(majors));
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
