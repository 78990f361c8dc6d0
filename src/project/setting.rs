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

/// Declares the keys of a table of settings that a project may have several of, in alphabetical order: each as a field of
/// the type, with what reads it from the key, its value and the table's own place, and as an entry of the reference.
macro_rules! declare_table {
    (
        $(#[doc = $about:literal])+
        $type:ident, $keys:ident, $read_table:ident, $table:literal;
        $(
            $(#[doc = $doc:literal])+
            $key:ident: $field:ty = $read:expr, $shape:ident, default $default:literal, example $example:literal;
        )+
    ) => {
        /// The keys of the table, in alphabetical order.
        pub const $keys: &[Setting] = &[$(setting!($($doc)+, stringify!($key), $shape, $default, $example)),+];

        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $type {
            $($(#[doc = $doc])+ pub $key: $field,)+
        }

        /// Reads the table at `span`; none where it lacks what it has to have.
        fn $read_table(reader: &mut Reader, span: Span, entries: &Entries) -> Option<$type> {
            reader.only($table, entries, &[$(stringify!($key)),+]);
            $(
                let node = get(entries, stringify!($key));
                let $key: Option<$field> = $read(reader, concat!($table, ".", stringify!($key)), node, span);
            )+
            Some($type { $($key: $key?),+ })
        }
    };
}

pub(super) use {declare_table, setting};

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
    /// An array of tables, each a place where the server is served.
    Remotes,
    /// What a client fills into an address or sends with it, by name.
    RemoteInputs,
    /// A transport that others reach.
    RemoteTransport,
    /// A table of channels, each a table of its own.
    Channels,
    /// The name of a variable of the environment.
    VariableName,
}
