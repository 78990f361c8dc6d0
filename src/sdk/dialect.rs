//! Which SDK a server object is of: they list the same function differently.

use super::since::MinorRelease;

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

/// The releases of the SDKs that are installed.
#[derive(Clone, Copy, Debug)]
pub struct InstalledSdks {
    /// That of `mcp`.
    pub mcp: MinorRelease,
    /// That of `fastmcp`.
    pub fastmcp: MinorRelease,
}

impl Dialect {
    /// Whether it is one of `fastmcp`'s.
    pub fn is_fastmcp(self) -> bool {
        !matches!(self, Self::Mcp1 | Self::Mcp2)
    }
}
