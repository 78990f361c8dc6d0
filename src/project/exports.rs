//! `[tool.mcp-backend.export]`: a table for each channel that the project is exported to, with the channel's own settings.
//!
//! That a table is there is what configures a channel; it may be empty.

use super::reader::{Entries, Reader, get};
use super::settings::{Setting, SettingType};
use super::toml::TomlNode;
use crate::text::Spanned;

/// A channel as the settings know it.
#[derive(Debug)]
pub struct ChannelSettings {
    /// Its name: the key of its table, and the word after `mcp-backend export`.
    pub name: &'static str,
    /// What is made for it.
    pub doc: &'static str,
    /// The keys of its table, in alphabetical order.
    pub settings: &'static [Setting],
}

/// Every channel, in alphabetical order.
pub const CHANNELS: &[ChannelSettings] = &[
    ChannelSettings {
        name: "client-config",
        doc: "The configuration of each client, and the section of a readme that tells how to add the server to them, with \
              links that do it.",
        settings: &[
            Setting {
                key: "clients",
                shape: SettingType::Texts,
                default: "all",
                doc: "The clients: `claude-desktop`, `claude-code`, `cursor`, `vscode`, `windsurf`, `codex`, `gemini-cli`, \
                      `zed`, `goose`, `lm-studio`, `cline`.",
                example: "clients = [\"claude-code\", \"vscode\"]",
            },
            Setting {
                key: "pin",
                shape: SettingType::Flag,
                default: "`false`",
                doc: "Whether clients are told to start exactly this release. Otherwise uv keeps the one that it got first, \
                      and what a readme says stays true with the next release.",
                example: "pin = true",
            },
        ],
    },
    ChannelSettings {
        name: "containerfile",
        doc: "A `Containerfile` that makes an image of the wheel in `dist`.",
        settings: &[
            Setting {
                key: "image",
                shape: SettingType::Text,
                default: "none",
                doc: "Where the images are, without a tag: at `ghcr.io`, `docker.io`, `*.pkg.dev`, `*.azurecr.io` or \
                      `mcr.microsoft.com`. `server.json` names this image with the version for its tag.",
                example: "image = \"ghcr.io/you/weather\"",
            },
            Setting {
                key: "python",
                shape: SettingType::Text,
                default: "a recent one that `requires-python` admits",
                doc: "The Python of the image.",
                example: "python = \"3.13\"",
            },
        ],
    },
    ChannelSettings {
        name: "docker-catalog",
        doc: "`tools.json` and a draft of `server.yaml` for Docker's catalogue of servers.",
        settings: &[
            Setting {
                key: "category",
                shape: SettingType::Text,
                default: "none; the channel needs it",
                doc: "The catalogue's category.",
                example: "category = \"productivity\"",
            },
            Setting {
                key: "tags",
                shape: SettingType::Texts,
                default: "the project's keywords",
                doc: "What the catalogue is searched by.",
                example: "tags = [\"weather\"]",
            },
            Setting {
                key: "title",
                shape: SettingType::Text,
                default: "the server's title",
                doc: "The title in the catalogue, which admits neither `MCP` nor `Server`: these words are left out.",
                example: "title = \"Weather\"",
            },
        ],
    },
    ChannelSettings {
        name: "homebrew",
        doc: "A formula for a Homebrew tap of your own. It takes the wheel from PyPI.",
        settings: &[Setting {
            key: "formula",
            shape: SettingType::Text,
            default: "the project's name in lower case, with `-`",
            doc: "What the formula is called.",
            example: "formula = \"weather-mcp\"",
        }],
    },
    ChannelSettings {
        name: "install-script",
        doc: "`install.sh`, which installs the server as a tool of uv's on Linux and macOS.",
        settings: &[],
    },
    ChannelSettings {
        name: "mcpb",
        doc: "A bundle (`.mcpb`) that desktop clients install. Needs an author and a description.",
        settings: &[
            Setting {
                key: "icon",
                shape: SettingType::Text,
                default: "none",
                doc: "A PNG of the project that clients show.",
                example: "icon = \"docs/icon.png\"",
            },
            Setting {
                key: "type",
                shape: SettingType::Text,
                default: "`uv`",
                doc: "`uv`: the wheel lies in the bundle, and the client's own uv installs it. `python`: the release is \
                      started from the index with `uvx`, which has to be on the user's machine.",
                example: "type = \"python\"",
            },
        ],
    },
    ChannelSettings {
        name: "npm",
        doc: "A package for npm, whose `npx NAME` starts the server with uv or pipx.",
        settings: &[Setting {
            key: "name",
            shape: SettingType::Text,
            default: "that of the script",
            doc: "The package's name.",
            example: "name = \"@you/weather\"",
        }],
    },
    ChannelSettings {
        name: "release-workflow",
        doc: "A workflow of GitHub Actions that tests a tag, builds it and publishes it on PyPI, on GitHub and, where \
              `mcp-name` is set, in the MCP registry.",
        settings: &[
            Setting {
                key: "environment",
                shape: SettingType::Text,
                default: "`pypi`",
                doc: "The environment of the repository that publishes, as the trusted publisher on PyPI names it.",
                example: "environment = \"release\"",
            },
            Setting {
                key: "test",
                shape: SettingType::Text,
                default: "`pytest` where the project has a folder `tests`, or else the import of the server's module",
                doc: "The command that tests the project; `uv run` starts it.",
                example: "test = \"pytest -q tests/unit\"",
            },
        ],
    },
    ChannelSettings {
        name: "sbom",
        doc: "A bill of materials of the wheel (CycloneDX). The setting `sbom` puts the same into the wheel.",
        settings: &[],
    },
    ChannelSettings {
        name: "server-json",
        doc: "`server.json`, by which the MCP registry lists the server. Needs `mcp-name`.",
        settings: &[
            Setting {
                key: "description",
                shape: SettingType::Text,
                default: "that of the project",
                doc: "What the registry shows of the server, in at most 100 characters.",
                example: "description = \"Tells the weather\"",
            },
            Setting {
                key: "packages",
                shape: SettingType::Texts,
                default: "`[\"pypi\"]`",
                doc: "Where the registry tells clients to get the server from: `pypi`, `mcpb`, `oci`, `npm`. The other three \
                      need the channel of that kind, and that it was published before the registry hears of it.",
                example: "packages = [\"pypi\", \"mcpb\"]",
            },
            Setting {
                key: "release-url",
                shape: SettingType::Text,
                default: "the assets of release `v{version}` at the repository's forge, GitHub or GitLab",
                doc: "The address below which a release's bundle lies; `{version}` stands for the project's version.",
                example: "release-url = \"https://github.com/you/weather/releases/download/v{version}\"",
            },
        ],
    },
    ChannelSettings {
        name: "tool-docs",
        doc: "Pages that tell of the server's tools, prompts and resources, and of the releases of Python and the SDKs that \
              it runs with.",
        settings: &[],
    },
];

/// The channels that are configured.
#[derive(Debug, Default)]
pub struct Exports {
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    channel: Spanned<String>,
    values: Vec<(&'static str, Value)>,
}

#[derive(Debug)]
enum Value {
    Text(Spanned<String>),
    Texts(Vec<Spanned<String>>),
    Flag(Spanned<bool>),
}

impl Exports {
    /// The names of the channels that have a table, each where it stands.
    pub fn channels(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.tables.iter().map(|table| &table.channel)
    }

    /// The text that the table of `channel` has under `key`.
    pub fn text(&self, channel: &str, key: &str) -> Option<&Spanned<String>> {
        match self.value(channel, key)? {
            Value::Text(text) => Some(text),
            Value::Texts(_) | Value::Flag(_) => None,
        }
    }

    /// The texts that it has there.
    pub fn texts(&self, channel: &str, key: &str) -> Option<&[Spanned<String>]> {
        match self.value(channel, key)? {
            Value::Texts(texts) => Some(texts),
            Value::Text(_) | Value::Flag(_) => None,
        }
    }

    /// Whether it has `true` there.
    pub fn is_set(&self, channel: &str, key: &str) -> bool {
        matches!(self.value(channel, key), Some(Value::Flag(flag)) if flag.value)
    }

    fn value(&self, channel: &str, key: &str) -> Option<&Value> {
        let table = self.tables.iter().find(|table| table.channel.value == channel)?;
        table.values.iter().find_map(|(name, value)| (*name == key).then_some(value))
    }
}

/// Reads the tables.
pub(super) fn read(reader: &mut Reader, node: &TomlNode) -> Exports {
    let entries = reader.table("tool.mcp-backend.export", node);
    reader.only("tool.mcp-backend.export", entries, &names(CHANNELS.iter().map(|channel| channel.name)));
    let table = |(name, node): &(Spanned<String>, TomlNode)| {
        let channel = CHANNELS.iter().find(|channel| channel.name == name.value)?;
        let key = format!("tool.mcp-backend.export.{}", channel.name);
        let entries = reader.table(&key, node);
        reader.only(&key, entries, &names(channel.settings.iter().map(|setting| setting.key)));
        let values = channel.settings.iter().filter_map(|setting| value(reader, &key, setting, entries));
        Some(Table { channel: name.clone(), values: values.collect() })
    };
    Exports { tables: entries.iter().filter_map(table).collect() }
}

fn names(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    names.collect()
}

fn value(
    reader: &mut Reader,
    table: &str,
    setting: &'static Setting,
    entries: &Entries,
) -> Option<(&'static str, Value)> {
    let node = get(entries, setting.key)?;
    let key = format!("{table}.{}", setting.key);
    let value = match setting.shape {
        SettingType::Texts => Value::Texts(reader.one_or_more(&key, node)?),
        SettingType::Flag => Value::Flag(reader.flag(&key, node)?),
        _ => Value::Text(reader.line(&key, node)?),
    };
    Some((setting.key, value))
}
