//! The types that pydantic knows, outside the project.

use super::{Schema, keyed, simple};

/// The packages whose types these are.
const PACKAGES: &[&str] = &[
    "builtins", "typing", "typing_extensions", "collections", "types", "datetime", "decimal", "uuid",
    "pathlib", "re", "ipaddress", "os", "dataclasses", "numbers", "annotated_types", "pydantic",
    "pydantic_core",
];

/// The name of a type of one of these packages; none for others.
pub(super) fn name(path: &str) -> Option<&str> {
    let head = path.split('.').next()?;
    PACKAGES.contains(&head).then(|| path.rsplit('.').next()).flatten()
}

/// Whether the path is that of `name` in one of these packages.
pub(super) fn is(path: &str, wanted: &str) -> bool {
    name(path) == Some(wanted)
}

/// The schema of a type that holds no others.
pub(super) fn plain(name: &str) -> Option<Schema> {
    let bounded = |kind: &str, key: &str| {
        let mut schema = keyed(key, 0);
        schema.extend(simple(kind));
        Some(schema)
    };
    let basic = match name {
        "str" | "StrictStr" | "Text" | "ImportString" | "complex" => "string",
        "int" | "StrictInt" => "integer",
        "float" | "StrictFloat" | "FiniteFloat" => "number",
        "bool" | "StrictBool" => "boolean",
        "NoneType" => "null",
        "PositiveInt" => return bounded("integer", "exclusiveMinimum"),
        "NonNegativeInt" => return bounded("integer", "minimum"),
        "NegativeInt" => return bounded("integer", "exclusiveMaximum"),
        "NonPositiveInt" => return bounded("integer", "maximum"),
        "PositiveFloat" => return bounded("number", "exclusiveMinimum"),
        "NonNegativeFloat" => return bounded("number", "minimum"),
        "NegativeFloat" => return bounded("number", "exclusiveMaximum"),
        "NonPositiveFloat" => return bounded("number", "maximum"),
        "Any" | "object" | "JsonValue" => return Some(Schema::new()),
        "Decimal" => return Some(keyed("anyOf", vec![simple("number"), simple("string")])),
        _ => return formatted(name),
    };
    Some(simple(basic))
}

/// The schema of a type that is written as text of some form.
fn formatted(name: &str) -> Option<Schema> {
    let format = match name {
        "bytes" | "StrictBytes" => "binary",
        "date" | "PastDate" | "FutureDate" => "date",
        "datetime" | "AwareDatetime" | "NaiveDatetime" | "PastDatetime" | "FutureDatetime" => "date-time",
        "time" => "time",
        "timedelta" => "duration",
        "UUID" => "uuid",
        "UUID1" => "uuid1",
        "UUID3" => "uuid3",
        "UUID4" => "uuid4",
        "UUID5" => "uuid5",
        "Path" | "PurePath" | "PosixPath" | "PurePosixPath" | "NewPath" | "PathLike" => "path",
        "FilePath" => "file-path",
        "DirectoryPath" => "directory-path",
        "Pattern" => "regex",
        "EmailStr" => "email",
        "NameEmail" => "name-email",
        "IPv4Address" => "ipv4",
        "IPv6Address" => "ipv6",
        "IPv4Network" => "ipv4network",
        "IPv6Network" => "ipv6network",
        "IPvAnyAddress" => "ipvanyaddress",
        "IPvAnyNetwork" => "ipvanynetwork",
        "Base64Str" | "Base64Bytes" => "base64",
        "SecretStr" | "SecretBytes" => "password",
        "PostgresDsn" => "multi-host-uri",
        "AnyUrl" | "AnyHttpUrl" | "HttpUrl" | "FileUrl" | "AnyWebsocketUrl" | "WebsocketUrl" | "RedisDsn" => {
            "uri"
        }
        _ => return None,
    };
    let mut schema = keyed("format", format);
    if matches!(name, "HttpUrl" | "WebsocketUrl") {
        schema.insert("maxLength".to_owned(), 2083.into());
    }
    if format.ends_with("uri") {
        schema.insert("minLength".to_owned(), 1.into());
    }
    schema.extend(simple("string"));
    if format == "password" {
        schema.insert("writeOnly".to_owned(), true.into());
    }
    Some(schema)
}

/// Whether pydantic knows the type and has no schema for it.
pub(super) fn is_refused(name: &str) -> bool {
    matches!(
        name,
        "Iterator"
            | "AsyncIterator"
            | "AsyncGenerator"
            | "AsyncIterable"
            | "Collection"
            | "NoReturn"
            | "Never"
            | "ChainMap"
            | "bytearray"
            | "LiteralString"
            | "Awaitable"
            | "Coroutine"
    )
}
