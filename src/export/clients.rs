//! The clients that a server can be added to: where each keeps its servers, and in which form.
//!
//! As their documentation tells in 2026. A form is shared by many clients; what differs stands in the table.

use serde_json::{Map, Value, json};

use super::deeplink::{encoded, escaped, with_query};
use super::{Publication, one_line};
use crate::project::EnvVariable;
use crate::spec::name;
use crate::text::literal::{array, command, quoted};

/// A client.
pub(super) struct Client {
    /// The word for it in `clients`, and the stem of its file.
    pub(super) name: &'static str,
    /// What people call it.
    pub(super) title: &'static str,
    form: Form,
    /// How the value of a variable is written that the user has to give.
    asks: Asks,
    /// Where the file lies: when, and its path.
    pub(super) places: &'static [(&'static str, &'static str)],
    adds: Option<fn(&Self, &ServerCommand<'_>) -> String>,
    link: Option<fn(&ServerCommand<'_>, &Value, bool) -> String>,
    /// The picture of its button.
    pub(super) badge: &'static str,
}

/// What its file looks like.
enum Form {
    /// JSON: the key of the servers, and what stands in each before the command and behind it.
    Json(&'static str, &'static [(&'static str, Fixed)]),
    /// Codex's TOML.
    Toml,
    /// Goose's YAML.
    Yaml,
}

#[derive(Clone, Copy)]
enum Fixed {
    Text(&'static str),
    No,
    Empty,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// The user writes the value into the file.
    InTheFile,
    /// The client takes it from its own environment.
    ByExpansion,
    /// The client asks for it.
    ByInput,
    /// The file names the variable alone, when it is a secret.
    ByName,
}

/// How the server is started.
pub(super) struct ServerCommand<'a> {
    /// What clients know it by.
    pub(super) id: String,
    title: &'a str,
    description: &'a str,
    arguments: Vec<String>,
    /// How many of them, the last ones, are the server's own.
    own: usize,
    variables: &'a [EnvVariable],
}

const COMMON: Form = Form::Json("mcpServers", &[]);

/// Every client, in the order in which users read of them.
pub(super) static CLIENTS: &[Client] = &[
    Client {
        name: "claude-desktop",
        title: "Claude Desktop",
        form: COMMON,
        asks: Asks::InTheFile,
        places: &[
            ("macOS", "~/Library/Application Support/Claude/claude_desktop_config.json"),
            ("Windows", "%APPDATA%\\Claude\\claude_desktop_config.json"),
            ("Linux", "~/.config/Claude/claude_desktop_config.json"),
        ],
        adds: None,
        link: None,
        badge: "",
    },
    Client {
        name: "claude-code",
        title: "Claude Code",
        form: COMMON,
        asks: Asks::ByExpansion,
        places: &[("in a project", ".mcp.json")],
        adds: Some(|_, start| {
            // a pair is followed by any number of others, so another option has to end them
            let given = start.pairs(Asks::InTheFile).flat_map(|pair| ["--env".to_owned(), pair]);
            let tail = ["--transport", "stdio", &start.id, "--", "uvx"].map(str::to_owned);
            start.command(&["claude", "mcp", "add"], given.chain(tail))
        }),
        link: None,
        badge: "",
    },
    Client {
        name: "cursor",
        title: "Cursor",
        form: COMMON,
        asks: Asks::InTheFile,
        places: &[("everywhere", "~/.cursor/mcp.json"), ("in a project", ".cursor/mcp.json")],
        adds: None,
        link: Some(|start, entry, page| {
            let own = "cursor://anysphere.cursor-deeplink/mcp/install";
            encoded(if page { "https://cursor.com/en/install-mcp" } else { own }, &start.id, entry)
        }),
        badge: "https://cursor.com/deeplink/mcp-install-dark.svg",
    },
    Client {
        name: "vscode",
        title: "VS Code",
        form: Form::Json("servers", &[("type", Fixed::Text("stdio"))]),
        asks: Asks::ByInput,
        places: &[
            ("everywhere", "the file that the command *MCP: Open User Configuration* opens"),
            ("in a project", ".vscode/mcp.json"),
        ],
        adds: Some(|client, start| {
            command(&["code", "--add-mcp", &start.named(&client.entry(start)).to_string()])
        }),
        link: Some(|start, entry, page| {
            let own = format!("vscode:mcp/install?{}", escaped(&start.named(entry).to_string()));
            if page { with_query("https://insiders.vscode.dev/redirect", &[("url", own)]) } else { own }
        }),
        badge: "https://img.shields.io/badge/VS_Code-Install-0098FF",
    },
    Client {
        name: "windsurf",
        title: "Windsurf",
        form: COMMON,
        asks: Asks::InTheFile,
        places: &[("everywhere", "~/.codeium/windsurf/mcp_config.json")],
        adds: None,
        link: None,
        badge: "",
    },
    Client {
        name: "codex",
        title: "Codex",
        form: Form::Toml,
        asks: Asks::ByName,
        places: &[("everywhere", "~/.codex/config.toml"), ("in a project", ".codex/config.toml")],
        adds: Some(|_, start| {
            let given = start.pairs(Asks::InTheFile).flat_map(|pair| ["--env".to_owned(), pair]);
            let given = given.chain(["--".to_owned(), "uvx".to_owned()]);
            start.command(&["codex", "mcp", "add", &start.id], given)
        }),
        link: None,
        badge: "",
    },
    Client {
        name: "gemini-cli",
        title: "Gemini CLI",
        form: COMMON,
        asks: Asks::ByExpansion,
        places: &[("everywhere", "~/.gemini/settings.json"), ("in a project", ".gemini/settings.json")],
        adds: Some(|_, start| {
            let given = start.pairs(Asks::InTheFile).flat_map(|pair| ["-e".to_owned(), pair]);
            let begin = ["gemini", "mcp", "add"].map(str::to_owned).into_iter().chain(given);
            let mut words: Vec<_> = begin.chain([start.id.clone(), "uvx".to_owned()]).collect();
            let (uvx, own) = start.arguments.split_at(start.arguments.len() - start.own);
            words.extend_from_slice(uvx);
            // an option of the server's could be one of Gemini's too
            words.extend(own.iter().any(|word| word.starts_with('-')).then(|| "--".to_owned()));
            words.extend_from_slice(own);
            command(&words)
        }),
        link: None,
        badge: "",
    },
    Client {
        name: "zed",
        title: "Zed",
        form: Form::Json("context_servers", &[("source", Fixed::Text("custom"))]),
        asks: Asks::InTheFile,
        places: &[
            ("macOS, Linux", "~/.config/zed/settings.json"),
            ("Windows", "%APPDATA%\\Zed\\settings.json"),
            ("in a project", ".zed/settings.json"),
        ],
        adds: None,
        link: None,
        badge: "",
    },
    Client {
        name: "goose",
        title: "Goose",
        form: Form::Yaml,
        asks: Asks::ByName,
        places: &[
            ("macOS, Linux", "~/.config/goose/config.yaml"),
            ("Windows", "%APPDATA%\\Block\\goose\\config\\config.yaml"),
        ],
        adds: None,
        link: Some(|start, _, page| {
            let mut query = vec![("cmd", "uvx".to_owned())];
            query.extend(start.arguments.iter().map(|word| ("arg", word.clone())));
            query.extend([("id", start.id.clone()), ("name", start.title.to_owned())]);
            query.push(("description", start.description.to_owned()));
            with_query(if page { "https://goose-docs.ai/extension" } else { "goose://extension" }, &query)
        }),
        badge: "https://goose-docs.ai/img/extension-install-dark.svg",
    },
    Client {
        name: "lm-studio",
        title: "LM Studio",
        form: COMMON,
        asks: Asks::InTheFile,
        places: &[("everywhere", "the file that *Program > Install > Edit mcp.json* opens")],
        adds: None,
        link: Some(|start, entry, page| {
            let address = if page { "https://lmstudio.ai/install-mcp" } else { "lmstudio://add_mcp" };
            encoded(address, &start.id, entry)
        }),
        badge: "https://files.lmstudio.ai/deeplink/mcp-install-light.svg",
    },
    Client {
        name: "cline",
        title: "Cline",
        form: Form::Json("mcpServers", &[("disabled", Fixed::No), ("autoApprove", Fixed::Empty)]),
        asks: Asks::InTheFile,
        places: &[("everywhere", "`cline_mcp_settings.json`, which *MCP Servers > Configure* opens")],
        adds: None,
        link: None,
        badge: "",
    },
];

impl Client {
    /// Its file, relative to the folder of them all.
    pub(super) fn file(&self) -> String {
        format!("{}.{}", self.name, self.language())
    }

    /// The language of its file, as a fence of Markdown names it.
    pub(super) fn language(&self) -> &'static str {
        match self.form {
            Form::Json(..) => "json",
            Form::Toml => "toml",
            Form::Yaml => "yaml",
        }
    }

    /// What its file holds once the server is added.
    pub(super) fn config(&self, start: &ServerCommand<'_>) -> String {
        match self.form {
            Form::Json(root, _) => {
                let mut config = json!({});
                let inputs = start.inputs();
                if self.asks == Asks::ByInput && inputs != json!([]) {
                    config["inputs"] = inputs;
                }
                config[root] = json!({ &start.id: self.entry(start) });
                serde_json::to_string_pretty(&config).expect("JSON is JSON") + "\n"
            }
            Form::Toml => start.toml(),
            Form::Yaml => start.yaml(),
        }
    }

    /// The command that adds the server.
    pub(super) fn command(&self, start: &ServerCommand<'_>) -> Option<String> {
        self.adds.map(|adds| adds(self, start))
    }

    /// The link that adds the server: the client's own, or that of a page which opens it.
    pub(super) fn link(&self, start: &ServerCommand<'_>, page: bool) -> Option<String> {
        self.link.map(|link| link(start, &self.entry(start), page))
    }

    /// The server's entry in JSON.
    fn entry(&self, start: &ServerCommand<'_>) -> Value {
        let fixed = match self.form {
            Form::Json(_, fixed) => fixed,
            Form::Toml | Form::Yaml => &[],
        };
        let told = |entry: &mut Map<String, Value>, first: bool| {
            for (key, value) in fixed {
                let (value, leads) = match value {
                    Fixed::Text(text) => (json!(text), true),
                    Fixed::No => (json!(false), false),
                    Fixed::Empty => (json!([]), false),
                };
                if leads == first {
                    entry.insert((*key).to_owned(), value);
                }
            }
        };
        let mut entry = Map::new();
        told(&mut entry, true);
        entry.insert("command".to_owned(), "uvx".into());
        entry.insert("args".to_owned(), json!(start.arguments));
        let values: Map<_, _> = start.values(self.asks).map(|(name, value)| (name, value.into())).collect();
        if !values.is_empty() {
            entry.insert("env".to_owned(), values.into());
        }
        told(&mut entry, false);
        entry.into()
    }
}

impl<'a> ServerCommand<'a> {
    /// The start of this release, or of any when it is not `pinned`.
    pub(super) fn new(publication: &Publication<'a>, pinned: bool) -> Self {
        Self {
            id: name::normalize(publication.name),
            title: publication.title,
            description: publication.description,
            arguments: publication.uvx(pinned),
            own: publication.arguments.len(),
            variables: publication.variables,
        }
    }

    /// The start of the script itself, installed already.
    pub(super) fn installed(publication: &Publication<'a>) -> Self {
        let arguments = publication.arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { arguments, ..Self::new(publication, false) }
    }

    /// What follows `begin` and `words`: the arguments of `uvx`.
    fn command(&self, begin: &[&str], words: impl Iterator<Item = String>) -> String {
        let begin = begin.iter().map(|&word| word.to_owned());
        let words: Vec<String> = begin.chain(words).chain(self.arguments.iter().cloned()).collect();
        command(&words)
    }

    /// The variables that are set, each with its value or with what stands for it.
    fn values(&self, asks: Asks) -> impl Iterator<Item = (String, String)> {
        self.variables.iter().filter_map(move |variable| {
            let name = &variable.name.value;
            let value = match (variable.is_required(), asks) {
                (true, Asks::ByName) if variable.is_secret() => return None,
                (true, Asks::InTheFile | Asks::ByName) => format!("<{name}>"),
                (true, Asks::ByExpansion) => format!("${{{name}}}"),
                (true, Asks::ByInput) => format!("${{input:{name}}}"),
                (false, _) => shown_default(variable).filter(|value| !value.contains('$'))?.to_owned(),
            };
            Some((name.clone(), value))
        })
    }

    fn pairs(&self, asks: Asks) -> impl Iterator<Item = String> {
        self.values(asks).map(|(name, value)| format!("{name}={value}"))
    }

    /// The entry with its name and its inputs, as VS Code takes it from outside.
    fn named(&self, entry: &Value) -> Value {
        let mut named = json!({ "name": self.id });
        for (key, value) in entry.as_object().into_iter().flatten() {
            named[key] = value.clone();
        }
        let inputs = self.inputs();
        if inputs != json!([]) {
            named["inputs"] = inputs;
        }
        named
    }

    /// What VS Code asks for when the server is first started.
    fn inputs(&self) -> Value {
        let required = self.variables.iter().filter(|variable| variable.is_required());
        let input = |variable: &EnvVariable| {
            let name = &variable.name.value;
            let description = variable.description.as_ref().map_or(name, |text| &text.value);
            let mut input = json!({ "type": "promptString", "id": name, "description": description });
            if variable.is_secret() {
                input["password"] = true.into();
            }
            input
        };
        required.map(input).collect()
    }

    /// The secrets that the server does not start without.
    fn secrets(&self) -> Vec<&str> {
        let secrets = self.variables.iter().filter(|variable| variable.is_required() && variable.is_secret());
        secrets.map(|variable| variable.name.value.as_str()).collect()
    }

    /// Codex ends a start that takes longer than ten seconds, which a first one may: uv gets the server then.
    fn toml(&self) -> String {
        let mut lines = vec![
            format!("[mcp_servers.{}]", self.id),
            "command = \"uvx\"".to_owned(),
            format!("args = {}", array(&self.arguments)),
        ];
        let values: Vec<_> =
            self.values(Asks::ByName).map(|(name, value)| format!("{name} = {}", quoted(&value))).collect();
        if !values.is_empty() {
            lines.push(format!("env = {{ {} }}", values.join(", ")));
        }
        let secrets = self.secrets();
        if !secrets.is_empty() {
            lines.push(format!("env_vars = {}", array(&secrets)));
        }
        lines.push("startup_timeout_sec = 60".to_owned());
        lines.join("\n") + "\n"
    }

    fn yaml(&self) -> String {
        let id = quoted(&self.id);
        let values: Vec<_> = self
            .values(Asks::ByName)
            .map(|(name, value)| format!("{}: {}", quoted(&name), quoted(&value)))
            .collect();
        let lines = [
            "extensions:".to_owned(),
            format!("  {id}:"),
            "    type: stdio".to_owned(),
            format!("    name: {id}"),
            format!("    description: {}", quoted(&one_line(self.description))),
            "    cmd: uvx".to_owned(),
            format!("    args: {}", array(&self.arguments)),
            format!("    envs: {{{}}}", values.join(", ")),
            format!("    env_keys: {}", array(&self.secrets())),
            "    timeout: 300".to_owned(),
            "    enabled: true".to_owned(),
        ];
        lines.join("\n") + "\n"
    }
}

/// The default of a variable that is no secret.
pub(super) fn shown_default(variable: &EnvVariable) -> Option<&str> {
    variable.default.as_ref().filter(|_| !variable.is_secret()).map(|default| default.value.as_str())
}
