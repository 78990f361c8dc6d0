//! `[tool.mcp-backend.export]`: a table for each channel that the project is exported to, with the channel's own settings.
//!
//! That a table is there is what configures a channel; it may be empty.

use std::fmt;

use super::reader::{Entries, Reader, get};
use super::setting::{Setting, SettingType, setting};
use super::toml::TomlNode;
use crate::text::Spanned;

/// Declares the channels in alphabetical order: what is made for each, and the keys of its table. How it is made says
/// `export`, whose `match` over [`Channel`] names an emitter for each.
macro_rules! declare_channels {
    ($(
        $(#[doc = $doc:literal])+
        $channel:ident $name:literal { $(
            $(#[doc = $about:literal])+
            $key:literal $shape:ident, default $default:literal, example $example:literal;
        )* }
    )+) => {
        /// A channel that a project can be exported to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Channel {
            $($(#[doc = $doc])+ $channel,)+
        }

        impl Channel {
            /// Every channel, in alphabetical order.
            pub const ALL: &[Self] = &[$(Self::$channel),+];

            /// Its name: the key of its table, and the word after `mcp-backend export`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$channel => $name,)+
                }
            }

            /// What is made for it; the first sentence says it in short.
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Self::$channel => concat!($($doc),+).trim_ascii_start(),)+
                }
            }

            /// The keys of its table, in alphabetical order.
            pub const fn settings(self) -> &'static [Setting] {
                match self {
                    $(Self::$channel => const { &[$(setting!($($about)+, $key, $shape, $default, $example)),*] },)+
                }
            }
        }
    };
}

declare_channels! {
    /// The configuration of each client, and the section of a readme that tells how to add the server to them, with
    /// links that do it.
    ClientConfig "client-config" {
        /// The clients: `claude-desktop`, `claude-code`, `cursor`, `vscode`, `windsurf`, `codex`, `gemini-cli`,
        /// `copilot-cli`, `opencode`, `kilo`, `kiro`, `antigravity`, `zed`, `warp`, `jetbrains`, `continue`, `goose`,
        /// `amp`, `lm-studio`, `cline`.
        "clients" Texts,
            default "all",
            example r#"clients = ["claude-code", "vscode"]"#;
        /// Whether clients are told to start exactly this release. Otherwise uv keeps the one that it got first,
        /// and what a readme says stays true with the next release.
        "pin" Flag,
            default "`false`",
            example "pin = true";
        /// The scripts that clients are told of as servers of their own, all in one file.
        "scripts" Texts,
            default "the script that starts the server",
            example r#"scripts = ["weather", "weather-admin"]"#;
        /// How clients start the server: `uvx`, which gets it from the index; `installed`, once it is; `wheel`, from
        /// the release at the forge; `docker`, from the `image` of the containerfile; or `remote`, by which they reach it
        /// at the address in `remotes`. Of several, the first is told first.
        "start" Texts,
            default "`uvx`; `remote` for a server over HTTP alone that has `remotes`",
            example r#"start = ["uvx", "docker"]"#;
    }
    /// A `Containerfile` that makes an image of the wheel in `dist`.
    Containerfile "containerfile" {
        /// Where the images are, without a tag: at `ghcr.io`, `docker.io`, `*.pkg.dev`, `*.azurecr.io` or
        /// `mcr.microsoft.com`. `server.json` names this image with the version for its tag.
        "image" Text,
            default "none",
            example r#"image = "ghcr.io/you/weather""#;
        /// The platforms that the release workflow makes images for.
        "platforms" Texts,
            default r#"`["linux/amd64", "linux/arm64"]`"#,
            example r#"platforms = ["linux/amd64"]"#;
        /// The Python of the image.
        "python" Text,
            default "a recent one that `requires-python` admits",
            example r#"python = "3.13""#;
    }
    /// `tools.json` and a draft of `server.yaml` for Docker's catalogue of servers.
    DockerCatalog "docker-catalog" {
        /// The catalogue's category.
        "category" Text,
            default "none; the channel needs it",
            example r#"category = "productivity""#;
        /// What the catalogue is searched by.
        "tags" Texts,
            default "the project's keywords",
            example r#"tags = ["weather"]"#;
        /// The title in the catalogue, which admits neither `MCP` nor `Server`: these words are left out.
        "title" Text,
            default "the server's title",
            example r#"title = "Weather""#;
    }
    /// `.env.example`: the variables that are declared under `env`, to be copied and filled in.
    EnvExample "env-example" {}
    /// A formula for a Homebrew tap of your own. It takes the wheel from PyPI.
    Homebrew "homebrew" {
        /// What the formula is called.
        "formula" Text,
            default "the project's name in lower case, with `-`",
            example r#"formula = "weather-mcp""#;
    }
    /// `install.sh`, which installs the server as a tool of uv's on Linux and macOS.
    InstallScript "install-script" {}
    /// A bundle (`.mcpb`) that desktop clients install. Needs an author and a description.
    Mcpb "mcpb" {
        /// A PNG of the project that clients show.
        "icon" Text,
            default "none",
            example r#"icon = "docs/icon.png""#;
        /// `uv`: the wheel lies in the bundle, and the client's own uv installs it. `python`: the release is
        /// started from the index with `uvx`, which has to be on the user's machine.
        "type" Text,
            default "`uv`",
            example r#"type = "python""#;
    }
    /// A package for npm, whose `npx NAME` starts the server with uv or pipx.
    Npm "npm" {
        /// The package's name.
        "name" Text,
            default "that of the script",
            example r#"name = "@you/weather""#;
    }
    /// A workflow of GitHub Actions that tests a tag, builds it and publishes it on PyPI or your own index, as image and as
    /// npm package where these are configured, on GitHub and, where `mcp-name` is set, in the MCP registry. A second one
    /// starts the newest release each night, with the dependencies of the day.
    ReleaseWorkflow "release-workflow" {
        /// The environment of the repository that publishes, as the trusted publisher on PyPI names it.
        "environment" Text,
            default "`pypi`",
            example r#"environment = "release""#;
        /// The indexes that the release goes to: `pypi`, and names from `[[tool.uv.index]]` with a `publish-url`.
        "indexes" Texts,
            default "the private ones of `[[tool.uv.index]]` that have a `publish-url`, or else `pypi`",
            example r#"indexes = ["pypi", "company"]"#;
        /// The command that tests the project; `uv run` starts it.
        "test" Text,
            default "`pytest` where the project has a folder `tests`, or else the import of the server's module",
            example r#"test = "pytest -q tests/unit""#;
    }
    /// Bills of materials of the wheel, in CycloneDX and in SPDX. The setting `sbom` puts the same into the wheel.
    Sbom "sbom" {}
    /// The card of a server that is served at an address (SEP-2127), by which clients know it before they connect, and what
    /// OAuth clients ask its host for (RFC 9728). Needs `mcp-name` and `remotes`.
    ServerCard "server-card" {
        /// The addresses of the servers that give out tokens, `https` alone: with one, a document for OAuth clients is
        /// made for each remote.
        "authorization-servers" Texts,
            default "none",
            example r#"authorization-servers = ["https://auth.weather.example"]"#;
        /// The scopes that a token may have.
        "scopes" Texts,
            default "none",
            example r#"scopes = ["weather:read"]"#;
    }
    /// `server.json`, by which the MCP registry lists the server. Needs `mcp-name`.
    ServerJson "server-json" {
        /// What the registry shows of the server, in at most 100 characters.
        "description" Text,
            default "that of the project",
            example r#"description = "Tells the weather""#;
        /// Where the registry tells clients to get the server from: `pypi`, `mcpb`, `oci`, `npm`. The other three
        /// need the channel of that kind, and that it was published before the registry hears of it.
        "packages" Texts,
            default r#"`["pypi"]`"#,
            example r#"packages = ["pypi", "mcpb"]"#;
        /// The address below which a release's bundle lies; `{version}` stands for the project's version.
        "release-url" Text,
            default "the assets of release `v{version}` at the repository's forge, GitHub or GitLab",
            example r#"release-url = "https://github.com/you/weather/releases/download/v{version}""#;
    }
    /// Pages that tell of the server's tools, prompts and resources, and of the releases of Python and the SDKs
    /// that it runs with.
    ToolDocs "tool-docs" {}
}

impl Channel {
    /// The channel called `name`.
    pub fn called(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|channel| channel.name() == name)
    }

    /// What is made for it, in a phrase.
    pub fn summary(self) -> &'static str {
        let (summary, _) = self.doc().split_once(". ").unwrap_or((self.doc(), ""));
        summary.trim_end_matches('.')
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The channels that are configured.
#[derive(Debug, Default)]
pub struct Exports {
    tables: Vec<ChannelTable>,
}

#[derive(Debug)]
struct ChannelTable {
    channel: Spanned<Channel>,
    values: Vec<(&'static str, ChannelValue)>,
}

#[derive(Debug)]
enum ChannelValue {
    Text(Spanned<String>),
    Texts(Vec<Spanned<String>>),
    Flag(Spanned<bool>),
}

impl Exports {
    /// The channels that have a table, each where its name stands.
    pub fn channels(&self) -> impl Iterator<Item = &Spanned<Channel>> {
        self.tables.iter().map(|table| &table.channel)
    }

    /// The text that the table of `channel` has under `key`.
    pub fn text(&self, channel: Channel, key: &str) -> Option<&Spanned<String>> {
        match self.value(channel, key)? {
            ChannelValue::Text(text) => Some(text),
            ChannelValue::Texts(_) | ChannelValue::Flag(_) => None,
        }
    }

    /// The texts that it has there.
    pub fn texts(&self, channel: Channel, key: &str) -> Option<&[Spanned<String>]> {
        match self.value(channel, key)? {
            ChannelValue::Texts(texts) => Some(texts),
            ChannelValue::Text(_) | ChannelValue::Flag(_) => None,
        }
    }

    /// Whether it has `true` there.
    pub fn is_set(&self, channel: Channel, key: &str) -> bool {
        matches!(self.value(channel, key), Some(ChannelValue::Flag(flag)) if flag.value)
    }

    fn value(&self, channel: Channel, key: &str) -> Option<&ChannelValue> {
        debug_assert!(
            channel.settings().iter().any(|setting| setting.key == key),
            "{channel} has no `{key}`"
        );
        let table = self.tables.iter().find(|table| table.channel.value == channel)?;
        table.values.iter().find_map(|(name, value)| (*name == key).then_some(value))
    }
}

/// Reads the tables.
pub(super) fn read(reader: &mut Reader, key: &str, node: &TomlNode) -> Exports {
    let entries = reader.table(key, node);
    let names: Vec<_> = Channel::ALL.iter().map(|channel| channel.name()).collect();
    reader.only(key, entries, &names);
    let table = |(name, node): &(Spanned<String>, TomlNode)| {
        let channel = Channel::called(&name.value)?;
        let key = format!("{key}.{channel}");
        let entries = reader.table(&key, node);
        let keys: Vec<_> = channel.settings().iter().map(|setting| setting.key).collect();
        reader.only(&key, entries, &keys);
        let values = channel.settings().iter().filter_map(|setting| value(reader, &key, setting, entries));
        Some(ChannelTable { channel: Spanned::new(channel, name.span), values: values.collect() })
    };
    Exports { tables: entries.iter().filter_map(table).collect() }
}

fn value(
    reader: &mut Reader,
    table: &str,
    setting: &'static Setting,
    entries: &Entries,
) -> Option<(&'static str, ChannelValue)> {
    let node = get(entries, setting.key)?;
    let key = format!("{table}.{}", setting.key);
    let value = match setting.shape {
        SettingType::Texts => ChannelValue::Texts(reader.one_or_more(&key, node)?),
        SettingType::Flag => ChannelValue::Flag(reader.flag(&key, node)?),
        _ => ChannelValue::Text(reader.line(&key, node)?),
    };
    Some((setting.key, value))
}
