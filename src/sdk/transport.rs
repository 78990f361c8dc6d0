//! The transports, and the words that programs call them by.

/// How a server and its client reach each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Whether a name of the program tells the transport: `transport`, `MCP_TRANSPORT`, `transport_type`.
pub fn tells_transport(name: &str) -> bool {
    name.to_ascii_lowercase().contains(TRANSPORT)
}
