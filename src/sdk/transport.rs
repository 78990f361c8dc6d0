//! The transports, and the words that programs call them by.

use serde::{Deserialize, Serialize};

/// How a server and its client reach each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Server-sent events, which came first and are deprecated.
    Sse,
    /// The stdin and stdout of the server's process.
    Stdio,
    /// HTTP, each answer streamed.
    StreamableHttp,
}

/// What the argument `transport` may say; `http` is `fastmcp`'s word alone.
const WORDS: [(&str, Transport); 4] = [
    ("http", Transport::StreamableHttp),
    ("sse", Transport::Sse),
    ("stdio", Transport::Stdio),
    ("streamable-http", Transport::StreamableHttp),
];

/// The keyword by which a call chooses the transport.
pub const TRANSPORT: &str = "transport";

impl Transport {
    /// The name that the protocol gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sse => "sse",
            Self::Stdio => "stdio",
            Self::StreamableHttp => "streamable-http",
        }
    }

    /// The transport that an SDK takes the word for.
    pub fn read(word: &str) -> Option<Self> {
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, transport)| *transport)
    }
}

/// The port at which every SDK serves over HTTP unless it is told another.
pub const PORT: u16 = 8000;

/// The address at which every SDK does.
pub const HOST: &str = "127.0.0.1";

/// Whether a server that listens at `host` is reached by programs of its own machine alone.
pub fn is_loopback(host: &str) -> bool {
    [HOST, "::1", "localhost"].contains(&host)
}

impl Transport {
    /// The path at which every SDK serves by this transport over HTTP unless it is told another.
    pub fn path(self) -> Option<&'static str> {
        match self {
            Self::Sse => Some("/sse"),
            Self::Stdio => None,
            Self::StreamableHttp => Some("/mcp"),
        }
    }

    /// The keywords by which a server or its start is told that path, and the variable of `fastmcp`.
    pub fn path_keywords(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Sse => (&["path", "sse_path"], "FASTMCP_SSE_PATH"),
            Self::Stdio | Self::StreamableHttp => {
                (&["path", "streamable_http_path"], "FASTMCP_STREAMABLE_HTTP_PATH")
            }
        }
    }

    /// The transport on which a low-level server is served by what this path makes.
    pub fn opened_by(path: &str) -> Option<Self> {
        match path.rsplit('.').next()? {
            "SseServerTransport" => Some(Self::Sse),
            "stdio_server" => Some(Self::Stdio),
            "StreamableHTTPServerTransport" | "StreamableHTTPSessionManager" => Some(Self::StreamableHttp),
            _ => None,
        }
    }
}

/// Whether a name of the program tells the transport: `transport`, `MCP_TRANSPORT`, `transport_type`.
pub fn tells_transport(name: &str) -> bool {
    name.to_ascii_lowercase().contains(TRANSPORT)
}
