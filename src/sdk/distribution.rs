//! The SDKs by the names that they go by: distributions of the index, modules of Python, variables of the environment.

/// A line of development, by whose releases things are dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sdk {
    /// `mcp`, and `mcp-types`, which is released with it.
    Mcp,
    /// `fastmcp`, and `fastmcp-slim`, which holds its modules from 3.3 on.
    Fastmcp,
}

/// The distributions, by their normalised names: whose they are, the module that they hold, and whether that makes servers.
const DISTRIBUTIONS: [(&str, Sdk, &str, bool); 4] = [
    ("fastmcp", Sdk::Fastmcp, "fastmcp", true),
    ("fastmcp-slim", Sdk::Fastmcp, "fastmcp", true),
    ("mcp", Sdk::Mcp, "mcp", true),
    ("mcp-types", Sdk::Mcp, "mcp_types", false),
];

/// How the variables begin that an SDK reads by itself.
const VARIABLES: &str = "FASTMCP_";

impl Sdk {
    /// The SDK that a dotted module, or what lies in one, belongs to.
    pub fn of_module(path: &str) -> Option<Self> {
        let top = path.split('.').next();
        DISTRIBUTIONS.iter().find(|(_, _, module, _)| Some(*module) == top).map(|(_, sdk, ..)| *sdk)
    }

    /// The name of the distribution.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Fastmcp => "fastmcp",
        }
    }
}

/// Whether the distribution of this normalised name is one of an SDK.
pub fn is_distribution(name: &str) -> bool {
    DISTRIBUTIONS.iter().any(|(known, ..)| *known == name)
}

/// Whether the distribution of this normalised name holds what servers are made of.
pub fn makes_servers(name: &str) -> bool {
    DISTRIBUTIONS.iter().any(|(known, .., makes)| *known == name && *makes)
}

/// Whether an SDK reads the variable of the environment, its name in upper case, by itself.
pub fn reads_variable(name: &str) -> bool {
    name.starts_with(VARIABLES)
}
