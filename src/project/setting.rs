//! What the reference tells of a key, of `[tool.mcp-backend]`, of a variable or of the table of a channel.

/// A key of the table, for the reference and its did-you-mean.
#[derive(Debug)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// Its type.
    pub shape: SettingType,
    /// What holds without it.
    pub default: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// The key with a value, as TOML.
    pub example: &'static str,
}

/// An entry of the reference, from what the declaration of a table says of a key.
macro_rules! setting {
    ($($doc:literal)+, $key:expr, $shape:ident, $default:literal, $example:literal) => {
        $crate::project::Setting {
            key: $key,
            shape: $crate::project::SettingType::$shape,
            default: $default,
            doc: concat!($($doc),+).trim_ascii_start(),
            example: $example,
        }
    };
}

pub(super) use setting;

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingType {
    /// A string.
    Text,
    /// A string, or several in an array.
    Texts,
    /// `true` or `false`.
    Flag,
    /// An array of globs.
    Globs,
    /// A table of folders by scheme.
    Folders,
    /// A table of rules' levels.
    Levels,
    /// A table of distributions by import.
    Distributions,
    /// A table of rules by glob.
    RulesByGlob,
    /// An array of tables, each a variable of the environment.
    Variables,
    /// A table of channels, each a table of its own.
    Channels,
    /// The name of a variable of the environment.
    VariableName,
}
