//! The clients that a server can be added to: where each keeps its servers, and in which form.
//!
//! As their documentation and their own commands tell in 2026. What a client wants stands in the table; a form is written in
//! one place for all of them (`client_entry.rs`).

/// A client.
pub(super) struct Client {
    /// The word for it in `clients`, and the stem of its file.
    pub(super) name: &'static str,
    /// What people call it.
    pub(super) title: &'static str,
    pub(super) format: Format,
    /// The key of its file below which the servers stand.
    pub(super) servers: &'static str,
    /// The entry of a server that it starts.
    pub(super) stdio: Shape,
    /// The entry of a server that it reaches over HTTP.
    pub(super) http: Http,
    /// How the value of a variable is written that the user has to give.
    pub(super) asks: Asks,
    /// Where the file lies: when, and its path.
    pub(super) places: &'static [(&'static str, &'static str)],
    /// The command that adds a server that it starts, and one that it reaches over HTTP.
    pub(super) adds: [&'static [Word]; 2],
    pub(super) link: Option<Link>,
    /// The picture of its button.
    pub(super) badge: &'static str,
}

/// The language of its file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Toml,
    Yaml,
    /// YAML with the servers as a list, in a file of their own.
    YamlList,
}

/// The keys of a server's entry, in order.
pub(super) type Shape = &'static [(&'static str, Part)];

/// How a client is told of a server over HTTP.
pub(super) enum Http {
    /// In its file.
    Entry(Shape),
    /// By hand, where it asks for the address.
    ByHand(&'static str),
}

/// What stands behind a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Text(&'static str),
    Flag(bool),
    Number(u32),
    /// An empty array.
    Nothing,
    /// An array of a star: all tools.
    All,
    /// What the client knows the server by.
    Id,
    Description,
    Program,
    Arguments,
    /// The program and its arguments in one array.
    CommandLine,
    /// The variables with their values, left out when there is none.
    Variables,
    /// The same, empty when there is none.
    AllVariables,
    /// The names of the variables whose values never stand in the file, left out when there is none.
    Secrets,
    /// The same, empty when there is none.
    AllSecrets,
    Url,
    /// The word for streamable HTTP, and that for server-sent events.
    Transport(&'static str, &'static str),
    /// The headers, left out when there is none.
    Headers,
    /// The same below a key `headers`.
    RequestHeaders,
    /// The variable that holds the token of `Authorization: Bearer`.
    BearerVariable,
    /// The headers whose value is that of a variable, which is named alone.
    NamedHeaders,
}

/// How a value is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// The user writes the value into the file, in the place of its name.
    InTheFile,
    /// The client takes it from its own environment: what stands before the variable's name, and behind it.
    ByExpansion(&'static str, &'static str),
    /// The client asks for it.
    ByInput,
    /// The file names the variable alone, when it is a secret.
    ByName,
}

/// A word of a command, or several.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Words with blanks between them.
    Is(&'static str),
    Id,
    /// Each variable as `NAME=value`, behind this option.
    Variables(&'static str),
    /// The program and its arguments.
    Start,
    /// The same, with `--` before the server's own arguments where one could be taken for an option.
    GuardedStart,
    Url,
    /// The word for streamable HTTP, and that for server-sent events.
    Transport(&'static str, &'static str),
    /// Each header as `Name: value`, behind this option.
    Headers(&'static str),
    /// The entry in JSON.
    Json,
}

/// How a link adds a server: to which address of the client's own, and to which page that a readme can name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// The server's name, and its entry as JSON in Base64.
    Base64(&'static str, &'static str),
    /// The name, and the entry as JSON.
    Json(&'static str, &'static str),
    /// The entry as JSON is the whole query; the page takes the link in its turn.
    Query(&'static str, &'static str),
    /// The command in words of the query, which no server over HTTP has.
    Command(&'static str, &'static str),
}

use Asks::{ByExpansion, ByInput, ByName, InTheFile};
use Part::{
    All, AllSecrets, AllVariables, Arguments, BearerVariable, CommandLine, Description, Flag, Headers, Id,
    NamedHeaders, Nothing, Number, Program, RequestHeaders, Secrets, Text, Transport, Url, Variables,
};

/// What most clients have.
const COMMON: Shape = &[("command", Program), ("args", Arguments), ("env", Variables)];
const ADDRESS: Shape = &[("url", Url), ("headers", Headers)];
const TYPED: Shape = &[("type", Transport("http", "sse")), ("url", Url), ("headers", Headers)];
/// That of opencode, which Kilo has too.
const LOCAL: Shape =
    &[("type", Text("local")), ("command", CommandLine), ("environment", Variables), ("enabled", Flag(true))];
const REMOTE: Shape =
    &[("type", Text("remote")), ("url", Url), ("headers", Headers), ("enabled", Flag(true))];

/// What a client has that differs from none in anything.
const PLAIN: Client = Client {
    name: "",
    title: "",
    format: Format::Json,
    servers: "mcpServers",
    stdio: COMMON,
    http: Http::Entry(ADDRESS),
    asks: InTheFile,
    places: &[],
    adds: [&[], &[]],
    link: None,
    badge: "",
};

/// Every client, in the order in which users read of them.
pub(super) static CLIENTS: &[Client] = &[
    Client {
        name: "claude-desktop",
        title: "Claude Desktop",
        http: Http::ByHand("*Settings > Connectors > Add custom connector*"),
        places: &[
            ("macOS", "~/Library/Application Support/Claude/claude_desktop_config.json"),
            ("Windows", "%APPDATA%\\Claude\\claude_desktop_config.json"),
            ("Linux", "~/.config/Claude/claude_desktop_config.json"),
        ],
        ..PLAIN
    },
    Client {
        name: "claude-code",
        title: "Claude Code",
        http: Http::Entry(TYPED),
        asks: ByExpansion("${", "}"),
        places: &[("in a project", ".mcp.json")],
        // a pair and a header are followed by any number of others, so the name comes before them
        adds: [
            &[Word::Is("claude mcp add"), Word::Id, Word::Variables("--env"), Word::Is("--"), Word::Start],
            &[
                Word::Is("claude mcp add --transport"),
                Word::Transport("http", "sse"),
                Word::Id,
                Word::Url,
                Word::Headers("--header"),
            ],
        ],
        ..PLAIN
    },
    Client {
        name: "cursor",
        title: "Cursor",
        places: &[("everywhere", "~/.cursor/mcp.json"), ("in a project", ".cursor/mcp.json")],
        link: Some(Link::Base64(
            "cursor://anysphere.cursor-deeplink/mcp/install",
            "https://cursor.com/en/install-mcp",
        )),
        badge: "https://cursor.com/deeplink/mcp-install-dark.svg",
        ..PLAIN
    },
    Client {
        name: "vscode",
        title: "VS Code",
        servers: "servers",
        stdio: &[("type", Text("stdio")), ("command", Program), ("args", Arguments), ("env", Variables)],
        http: Http::Entry(TYPED),
        asks: ByInput,
        places: &[
            ("everywhere", "the file that the command *MCP: Open User Configuration* opens"),
            ("in a project", ".vscode/mcp.json"),
        ],
        adds: [&[Word::Is("code --add-mcp"), Word::Json]; 2],
        link: Some(Link::Query("vscode:mcp/install", "https://insiders.vscode.dev/redirect")),
        badge: "https://img.shields.io/badge/VS_Code-Install-0098FF",
        ..PLAIN
    },
    Client {
        name: "windsurf",
        title: "Windsurf",
        http: Http::Entry(&[("serverUrl", Url), ("headers", Headers)]),
        places: &[("everywhere", "~/.codeium/windsurf/mcp_config.json")],
        ..PLAIN
    },
    Client {
        name: "codex",
        title: "Codex",
        format: Format::Toml,
        servers: "mcp_servers",
        // Codex ends a start that takes longer than ten seconds, which a first one may: uv gets the server then
        stdio: &[
            ("command", Program),
            ("args", Arguments),
            ("env", Variables),
            ("env_vars", Secrets),
            ("startup_timeout_sec", Number(60)),
        ],
        http: Http::Entry(&[
            ("url", Url),
            ("bearer_token_env_var", BearerVariable),
            ("env_http_headers", NamedHeaders),
            ("http_headers", Headers),
        ]),
        asks: ByName,
        places: &[("everywhere", "~/.codex/config.toml"), ("in a project", ".codex/config.toml")],
        adds: [
            &[Word::Is("codex mcp add"), Word::Id, Word::Variables("--env"), Word::Is("--"), Word::Start],
            &[],
        ],
        ..PLAIN
    },
    Client {
        name: "gemini-cli",
        title: "Gemini CLI",
        http: Http::Entry(&[("url", Url), ("type", Transport("http", "sse")), ("headers", Headers)]),
        asks: ByExpansion("${", "}"),
        places: &[("everywhere", "~/.gemini/settings.json"), ("in a project", ".gemini/settings.json")],
        adds: [
            &[Word::Is("gemini mcp add"), Word::Variables("-e"), Word::Id, Word::GuardedStart],
            &[
                Word::Is("gemini mcp add --transport"),
                Word::Transport("http", "sse"),
                Word::Headers("--header"),
                Word::Id,
                Word::Url,
            ],
        ],
        ..PLAIN
    },
    Client {
        name: "copilot-cli",
        title: "Copilot CLI",
        stdio: &[
            ("type", Text("local")),
            ("command", Program),
            ("args", Arguments),
            ("env", Variables),
            ("tools", All),
        ],
        http: Http::Entry(&[
            ("type", Transport("http", "sse")),
            ("url", Url),
            ("headers", Headers),
            ("tools", All),
        ]),
        places: &[("everywhere", "~/.copilot/mcp-config.json"), ("in a project", ".github/mcp.json")],
        adds: [
            &[Word::Is("copilot mcp add"), Word::Id, Word::Variables("--env"), Word::Is("--"), Word::Start],
            &[
                Word::Is("copilot mcp add --transport"),
                Word::Transport("http", "sse"),
                Word::Headers("--header"),
                Word::Id,
                Word::Url,
            ],
        ],
        ..PLAIN
    },
    Client {
        name: "opencode",
        title: "opencode",
        servers: "mcp",
        stdio: LOCAL,
        http: Http::Entry(REMOTE),
        asks: ByExpansion("{env:", "}"),
        places: &[("everywhere", "~/.config/opencode/opencode.json"), ("in a project", "opencode.json")],
        ..PLAIN
    },
    Client {
        name: "kilo",
        title: "Kilo Code",
        servers: "mcp",
        stdio: LOCAL,
        http: Http::Entry(REMOTE),
        places: &[("everywhere", "~/.config/kilo/kilo.json"), ("in a project", ".kilo/kilo.json")],
        ..PLAIN
    },
    Client {
        name: "kiro",
        title: "Kiro",
        places: &[("everywhere", "~/.kiro/settings/mcp.json"), ("in a project", ".kiro/settings/mcp.json")],
        link: Some(Link::Json("https://kiro.dev/launch/mcp/add", "https://kiro.dev/launch/mcp/add")),
        badge: "https://kiro.dev/images/add-to-kiro.svg",
        ..PLAIN
    },
    Client {
        name: "antigravity",
        title: "Antigravity",
        http: Http::Entry(&[("serverUrl", Url), ("headers", Headers)]),
        places: &[
            ("everywhere", "~/.gemini/config/mcp_config.json"),
            ("in a project", ".agents/mcp_config.json"),
        ],
        ..PLAIN
    },
    Client {
        name: "zed",
        title: "Zed",
        servers: "context_servers",
        stdio: &[("source", Text("custom")), ("command", Program), ("args", Arguments), ("env", Variables)],
        http: Http::Entry(&[
            ("source", Text("custom")),
            ("type", Transport("http", "sse")),
            ("url", Url),
            ("headers", Headers),
        ]),
        places: &[
            ("macOS, Linux", "~/.config/zed/settings.json"),
            ("Windows", "%APPDATA%\\Zed\\settings.json"),
            ("in a project", ".zed/settings.json"),
        ],
        ..PLAIN
    },
    Client {
        name: "warp",
        title: "Warp",
        places: &[("everywhere", "~/.warp/.mcp.json"), ("in a project", ".warp/.mcp.json")],
        ..PLAIN
    },
    Client {
        name: "jetbrains",
        title: "JetBrains AI Assistant",
        places: &[(
            "everywhere",
            "the field of *Settings > Tools > AI Assistant > Model Context Protocol (MCP) > Add*, as JSON",
        )],
        ..PLAIN
    },
    Client {
        name: "continue",
        title: "Continue",
        format: Format::YamlList,
        stdio: &[
            ("name", Id),
            ("type", Text("stdio")),
            ("command", Program),
            ("args", Arguments),
            ("env", Variables),
        ],
        http: Http::Entry(&[
            ("name", Id),
            ("type", Transport("streamable-http", "sse")),
            ("url", Url),
            ("requestOptions", RequestHeaders),
        ]),
        asks: ByExpansion("${{ secrets.", " }}"),
        places: &[("in a project", "a file of `.continue/mcpServers`")],
        ..PLAIN
    },
    Client {
        name: "goose",
        title: "Goose",
        format: Format::Yaml,
        servers: "extensions",
        stdio: &[
            ("type", Text("stdio")),
            ("name", Id),
            ("description", Description),
            ("cmd", Program),
            ("args", Arguments),
            ("envs", AllVariables),
            ("env_keys", AllSecrets),
            ("timeout", Number(300)),
            ("enabled", Flag(true)),
        ],
        http: Http::Entry(&[
            ("type", Transport("streamable_http", "sse")),
            ("name", Id),
            ("description", Description),
            ("uri", Url),
            ("headers", Headers),
            ("timeout", Number(300)),
            ("enabled", Flag(true)),
        ]),
        asks: ByName,
        places: &[
            ("macOS, Linux", "~/.config/goose/config.yaml"),
            ("Windows", "%APPDATA%\\Block\\goose\\config\\config.yaml"),
        ],
        link: Some(Link::Command("goose://extension", "https://goose-docs.ai/extension")),
        badge: "https://goose-docs.ai/img/extension-install-dark.svg",
        ..PLAIN
    },
    Client {
        name: "amp",
        title: "Amp",
        servers: "amp.mcpServers",
        places: &[("everywhere", "~/.config/amp/settings.json"), ("in a project", ".amp/settings.json")],
        adds: [
            &[Word::Is("amp mcp add"), Word::Id, Word::Variables("--env"), Word::Is("--"), Word::Start],
            &[],
        ],
        ..PLAIN
    },
    Client {
        name: "lm-studio",
        title: "LM Studio",
        places: &[("everywhere", "the file that *Program > Install > Edit mcp.json* opens")],
        link: Some(Link::Base64("lmstudio://add_mcp", "https://lmstudio.ai/install-mcp")),
        badge: "https://files.lmstudio.ai/deeplink/mcp-install-light.svg",
        ..PLAIN
    },
    Client {
        name: "cline",
        title: "Cline",
        stdio: &[
            ("command", Program),
            ("args", Arguments),
            ("env", Variables),
            ("disabled", Flag(false)),
            ("autoApprove", Nothing),
        ],
        http: Http::Entry(&[
            ("url", Url),
            ("type", Transport("streamableHttp", "sse")),
            ("headers", Headers),
            ("disabled", Flag(false)),
            ("autoApprove", Nothing),
        ]),
        places: &[("everywhere", "`cline_mcp_settings.json`, which *MCP Servers > Configure* opens")],
        ..PLAIN
    },
];

impl Client {
    /// Its file, relative to the folder of them all.
    pub(super) fn file(&self) -> String {
        format!("{}.{}", self.name, self.language())
    }

    /// The language of its file, as a fence of Markdown names it.
    pub(super) fn language(&self) -> &'static str {
        match self.format {
            Format::Json => "json",
            Format::Toml => "toml",
            Format::Yaml | Format::YamlList => "yaml",
        }
    }
}
