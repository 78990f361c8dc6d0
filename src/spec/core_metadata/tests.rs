use proptest::prelude::*;

use super::read::{MetadataFault, MetadataFaultKind, parse};
use super::*;

fn minimal() -> CoreMetadata {
    CoreMetadata { name: "My.Server".to_owned(), version: "1.0".to_owned(), ..CoreMetadata::default() }
}

fn strings<const N: usize>(values: [&str; N]) -> Vec<String> {
    values.map(str::to_owned).to_vec()
}

fn full() -> CoreMetadata {
    let some = |text: &str| Some(text.to_owned());
    CoreMetadata {
        dynamic: strings(["classifier"]),
        partially_dynamic: true,
        summary: some("Weather für alle: `now`"),
        description: some("# Weather\n\nBody\n"),
        description_content_type: some("text/markdown"),
        keywords: strings(["mcp", "weather today"]),
        author: some("Ada, Bo"),
        author_email: some("\"C. D.\" <c@d.org>, e@f.org"),
        maintainer: some("Eve"),
        maintainer_email: some("Eve <e@f.org>"),
        license_expression: some("MIT"),
        license_files: strings(["LICENSE", "licenses/a b.txt"]),
        classifiers: strings(["Typing :: Typed"]),
        requires_dist: strings(["mcp>=1.2", "rich; extra == 'cli'"]),
        requires_python: some(">=3.10"),
        project_urls: vec![("Home".to_owned(), "https://example.org/a,b".to_owned())],
        provides_extra: strings(["cli"]),
        import_names: Some(strings(["weather", "weather._private ; private"])),
        import_namespaces: strings(["ns"]),
        ..minimal()
    }
}

#[test]
fn renders_in_the_order_of_the_standard() {
    assert_eq!(
        full().render(),
        "Metadata-Version: 2.6\nName: My.Server\nVersion: 1.0\nDynamic: classifier\n\
         Summary: Weather für alle: `now`\nDescription-Content-Type: text/markdown\nKeywords: mcp,weather today\n\
         Author: Ada, Bo\nAuthor-email: \"C. D.\" <c@d.org>, e@f.org\nMaintainer: Eve\n\
         Maintainer-email: Eve <e@f.org>\nLicense-Expression: MIT\nLicense-File: LICENSE\n\
         License-File: licenses/a b.txt\nClassifier: Typing :: Typed\nRequires-Dist: mcp>=1.2\n\
         Requires-Dist: rich; extra == 'cli'\nRequires-Python: >=3.10\n\
         Project-URL: Home, https://example.org/a,b\nProvides-Extra: cli\nImport-Name: weather\n\
         Import-Name: weather._private ; private\nImport-Namespace: ns\n\n# Weather\n\nBody\n"
    );
    assert_eq!(check(&full().render()), Ok(()));
    assert_eq!(minimal().render(), "Metadata-Version: 2.2\nName: My.Server\nVersion: 1.0\n");
}

#[test]
fn takes_the_lowest_sufficient_version() {
    let one = || strings(["x"]);
    for (metadata, version) in [
        (minimal(), "2.2"),
        (CoreMetadata { dynamic: one(), ..minimal() }, "2.2"),
        (CoreMetadata { license: Some("MIT".to_owned()), ..minimal() }, "2.2"),
        (CoreMetadata { provides_extra: one(), ..minimal() }, "2.3"),
        (CoreMetadata { license_files: one(), ..minimal() }, "2.4"),
        (
            CoreMetadata { license_expression: Some("MIT".to_owned()), provides_extra: one(), ..minimal() },
            "2.4",
        ),
        (CoreMetadata { import_names: Some(Vec::new()), ..minimal() }, "2.5"),
        (CoreMetadata { import_namespaces: one(), license_files: one(), ..minimal() }, "2.5"),
        (CoreMetadata { partially_dynamic: true, dynamic: one(), ..minimal() }, "2.6"),
    ] {
        assert_eq!(metadata.metadata_version(), version, "{metadata:?}");
        assert_eq!(check(&metadata.render()), Ok(()), "{metadata:?}");
    }
}

#[test]
fn what_is_blank_is_no_header() {
    let blank = || Some(" ".to_owned());
    let metadata =
        CoreMetadata { summary: blank(), license: blank(), license_files: strings([""]), ..minimal() };
    assert_eq!(metadata.render(), "Metadata-Version: 2.4\nName: My.Server\nVersion: 1.0\n");
}

#[test]
fn an_empty_list_of_imports_is_an_empty_header() {
    let metadata =
        CoreMetadata { import_names: Some(Vec::new()), import_namespaces: strings(["ns"]), ..minimal() };
    let text = metadata.render();
    assert!(text.ends_with("\nImport-Name: \nImport-Namespace: ns\n"), "{text}");
}

#[test]
fn a_license_of_several_lines_stays_one_header() {
    let license = Some("MIT License\r\n\r\nCopyright: me\nX: y\u{c}\u{2028}end\n\u{1a}".to_owned());
    let text = CoreMetadata { license, requires_python: Some(">=3.10".to_owned()), ..minimal() }.render();
    let indent = "\n        ";
    let value = ["MIT License", "", "Copyright: me", "X: y", "", "end"].join(indent);
    assert!(text.contains(&format!("\nLicense: {value}\nRequires-Python: >=3.10\n")), "{text}");
    assert_eq!(check(&text), Ok(()));
    assert_eq!(parse(&text).expect("headers")[3], ("License".to_owned(), value));
}

#[test]
fn the_description_comes_back_as_every_reader_reads_it() {
    for (description, body) in [
        ("# A\n", Some("# A\n")),
        ("\u{feff}# A\n", Some("# A\n")),
        ("a\u{feff}b", Some("a\u{feff}b")),
        ("a\r\nb\rc\n", Some("a\nb\nc\n")),
        ("a\u{c}b\u{2028}c\u{85}d", Some("a\u{c}b\u{2028}c\u{85}d")),
        ("\n\nName: x\n", Some("\n\nName: x\n")),
        ("", None),
        ("\u{feff}", None),
    ] {
        let text = CoreMetadata { description: Some(description.to_owned()), ..minimal() }.render();
        let headers = parse(&text).expect("headers");
        let last = headers.iter().find(|(name, _)| name == "Description").map(|(_, value)| value.as_str());
        assert_eq!(last, body, "{description:?}");
    }
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "the reader of the project refuses control characters, yet `Summary` holds one")]
fn a_value_cannot_inject_a_header() {
    CoreMetadata { summary: Some("a\nLicense: b".to_owned()), ..minimal() }.render();
}

#[test]
fn refuses_what_is_no_header() {
    use MetadataFaultKind::{Control, NoEnd, NoHeader, NoHeaderBefore};
    for (text, range, kind) in [
        ("Name: a\nodd\n", 8..11, NoHeader),
        (": a\n", 0..3, NoHeader),
        ("A b: c\n", 0..6, NoHeader),
        (" a\n", 0..2, NoHeaderBefore),
        ("Name: a\nVersion: 1\rX: y\n", 8..23, Control),
        ("Name: a\u{2028}\n", 0..10, Control),
        ("Name: a\nVersion: 1", 8..18, NoEnd),
    ] {
        assert_eq!(parse(text), Err(MetadataFault { range, kind }), "{text:?}");
    }
}

#[test]
fn refuses_what_readers_would_drop() {
    let head = "Metadata-Version: 2.4\nName: a\nVersion: 1\n";
    for (text, fault) in [
        ("Name: a\nVersion: 1\n".to_owned(), "`Metadata-Version` is missing"),
        ("Metadata-Version: 2.4\nVersion: 1\n".to_owned(), "`Name` is missing"),
        (
            "Metadata-Version: 2.0\nName: a\nVersion: 1\n".to_owned(),
            "`2.0` is no version of the core metadata",
        ),
        (format!("{head}Licence: x\n"), "`Licence` is no field of the core metadata"),
        (format!("{head}Import-Name: a\n"), "`Import-Name` does not exist in version 2.4"),
        (format!("{head}Summary: a\nsummary: b\n"), "`summary` is given twice"),
        (format!("{head}Summary: \n"), "`Summary` is empty"),
        (format!("{head}Description: a\n\nb"), "`Description` is given twice"),
        (format!("{head}Project-URL: a, x\nProject-URL: a , y\n"), "the label of `a , y` is given twice"),
        (format!("{head}odd\u{1b}\n"), "the line holds a control character: `odd\\u{1b}`"),
    ] {
        assert_eq!(check(&text), Err(fault.to_owned()), "{text:?}");
    }
}

proptest! {
    #[test]
    fn survives_any_text(text in "(\\PC|[:\n\r\t ]|Name: |Project-URL: )*") {
        let _ = check(&text);
    }

    #[test]
    fn any_description_leaves_the_headers_alone(description in "(\\PC|[\n\r])*") {
        let text = CoreMetadata { description: Some(description), ..full() }.render();
        prop_assert_eq!(check(&text), Ok(()));
    }

    #[test]
    fn any_license_leaves_the_headers_alone(license in "(\\PC|[a-z: \n\r\u{c}])*") {
        let text = CoreMetadata { license: Some(license), ..full() }.render();
        prop_assert_eq!(check(&text), Ok(()));
    }
}
