//! Which SDK a server object is of: they list the same function differently.

use crate::dependencies;
use crate::knowledge::sdk::Sdk;
use crate::project::Project;

/// The SDKs as they differ in what they list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `mcp` before 2.
    Mcp1,
    /// `mcp` 2.
    Mcp2,
    /// `fastmcp` before 3.
    Fastmcp2,
    /// `fastmcp` 3.
    Fastmcp3,
    /// `fastmcp` 4.
    Fastmcp4,
}

/// The majors of the SDKs that a fresh install takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Majors {
    mcp: u64,
    fastmcp: u64,
}

impl Majors {
    /// Those of the project; the newest known to be common where the text does not tell.
    pub(super) fn of(project: &Project) -> Self {
        let sdks = dependencies::read(project);
        let major = |sdk: Sdk| {
            let install = sdks.fresh()?;
            install.release(sdk)?.version.release().first().copied()
        };
        Self { mcp: major(Sdk::Mcp).unwrap_or(1), fastmcp: major(Sdk::Fastmcp).unwrap_or(3) }
    }
}

impl Dialect {
    /// That of a server class of an SDK, by its path.
    pub(super) fn of_class(path: &str, majors: Majors) -> Self {
        match path.split('.').next() {
            Some("fastmcp") => match majors.fastmcp {
                0..=2 => Self::Fastmcp2,
                3 => Self::Fastmcp3,
                _ => Self::Fastmcp4,
            },
            _ if path.ends_with(".MCPServer") => Self::Mcp2,
            _ if path.ends_with(".FastMCP") => Self::Mcp1,
            _ if majors.mcp > 1 => Self::Mcp2,
            _ => Self::Mcp1,
        }
    }

    /// Whether it is one of `fastmcp`'s.
    pub fn is_fastmcp(self) -> bool {
        !matches!(self, Self::Mcp1 | Self::Mcp2)
    }
}
