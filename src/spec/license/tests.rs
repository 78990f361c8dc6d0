use proptest::prelude::*;

use super::LicenseFaultKind::{
    Empty, LicenseRef, LoneParenthesis, MisplacedWith, MissingLicense, MissingOperator, TooDeep,
    UnknownException, UnknownLicense,
};
use super::*;

#[test]
fn writes_the_canonical_spelling() {
    for (text, canonical) in [
        ("mit", "MIT"),
        ("  MIT  ", "MIT"),
        ("apache-2.0", "Apache-2.0"),
        ("aPACHE-2.0", "Apache-2.0"),
        ("Bsd-3-clause", "BSD-3-Clause"),
        ("0bsd", "0BSD"),
        ("zlib-ACKNOWLEDGEMENT", "zlib-acknowledgement"),
        ("mit OR (apache-2.0)", "MIT OR (Apache-2.0)"),
        ("mit or apache-2.0 and bsd-2-clause", "MIT OR Apache-2.0 AND BSD-2-Clause"),
        ("mit AnD(apache-2.0\tOr\nbsd-2-clause)", "MIT AND (Apache-2.0 OR BSD-2-Clause)"),
        ("( ( mit ) )", "((MIT))"),
        ("((mit or isc)and(zlib or 0bsd))", "((MIT OR ISC) AND (Zlib OR 0BSD))"),
        ("gpl-3.0-or-later", "GPL-3.0-or-later"),
        ("GPL-3.0-ONLY with CLASSPATH-EXCEPTION-2.0", "GPL-3.0-only WITH Classpath-exception-2.0"),
        (
            "gpl-2.0-or-later with bison-exception-2.2 or mit",
            "GPL-2.0-or-later WITH Bison-exception-2.2 OR MIT",
        ),
        ("(gpl-2.0-only with gcc-exception-3.1)", "(GPL-2.0-only WITH GCC-exception-3.1)"),
        ("lgpl-2.1-only+", "LGPL-2.1-only+"),
        ("apache-2.0+ with llvm-exception", "Apache-2.0+ WITH LLVM-exception"),
        ("gpl-2.0+", "GPL-2.0+"),
        ("LicenseRef-Public-Domain", "LicenseRef-Public-Domain"),
        ("licenseref-My.Own-1", "LicenseRef-My.Own-1"),
        ("LICENSEREF-Proprietary or mit", "LicenseRef-Proprietary OR MIT"),
        ("LicenseRef-a with llvm-exception", "LicenseRef-a WITH LLVM-exception"),
        ("mpl-2.0 AND (licenseref-X OR cc0-1.0)", "MPL-2.0 AND (LicenseRef-X OR CC0-1.0)"),
        ("unlicense", "Unlicense"),
        ("psf-2.0 and PYTHON-2.0.1", "PSF-2.0 AND Python-2.0.1"),
        ("eupl-1.2", "EUPL-1.2"),
        ("mit-0", "MIT-0"),
        ("blueoak-1.0.0", "BlueOak-1.0.0"),
    ] {
        assert_eq!(parse(text).map(|expression| expression.canonical), Ok(canonical.to_owned()), "{text}");
    }
}

#[test]
fn refuses_what_is_no_expression() {
    for (text, range, kind) in [
        ("", 0..0, Empty),
        (" \t", 0..2, Empty),
        ("(MIT", 0..1, LoneParenthesis),
        ("((MIT)", 0..1, LoneParenthesis),
        ("MIT)", 3..4, LoneParenthesis),
        (")MIT(", 0..1, MissingLicense),
        ("()", 1..2, MissingLicense),
        ("MIT ()", 4..5, MissingOperator),
        ("MIT OR ()", 8..9, MissingLicense),
        ("MIT and", 7..7, MissingLicense),
        ("and MIT", 0..3, MissingLicense),
        ("or", 0..2, MissingLicense),
        ("MIT OR AND ISC", 7..10, MissingLicense),
        ("MIT (OR ISC)", 4..5, MissingOperator),
        ("(MIT OR) ISC", 7..8, MissingLicense),
        ("MIT ISC", 4..7, MissingOperator),
        ("(MIT)(ISC)", 5..6, MissingOperator),
        ("(MIT) ISC", 6..9, MissingOperator),
        ("MIT WITH", 8..8, MisplacedWith),
        ("with LLVM-exception", 0..4, MissingLicense),
        ("MIT WITH OR ISC", 9..11, MisplacedWith),
        ("MIT WITH (LLVM-exception)", 9..10, MisplacedWith),
        ("MIT WITH WITH LLVM-exception", 9..13, MisplacedWith),
        ("(MIT) WITH LLVM-exception", 6..10, MisplacedWith),
        ("MIT WITH LLVM-exception WITH LLVM-exception", 24..28, MisplacedWith),
        ("(GPL-2.0-only WITH)", 18..19, MisplacedWith),
        ("LicenseRef-", 0..11, LicenseRef("LicenseRef-".to_owned())),
        ("LicenseRef-a_b", 0..14, LicenseRef("LicenseRef-a_b".to_owned())),
        ("LicenseRef-a+", 0..13, LicenseRef("LicenseRef-a+".to_owned())),
        ("licenseref-é", 0..13, LicenseRef("licenseref-é".to_owned())),
    ] {
        assert_eq!(parse(text), Err(LicenseExpressionFault { range, kind }), "{text}");
    }
}

#[test]
fn knows_what_was_meant() {
    for (text, range, name, meant) in [
        ("Apache 2.0", 0..10, "Apache 2.0", &["Apache-2.0"][..]),
        ("Apache License, Version 2.0", 0..27, "Apache License, Version 2.0", &["Apache-2.0"]),
        ("apache2.0", 0..9, "apache2.0", &["Apache-2.0"]),
        ("MIT License", 0..11, "MIT License", &["MIT"]),
        ("The MIT License (MIT)", 0..21, "The MIT License (MIT)", &["MIT"]),
        ("GPLv3", 0..5, "GPLv3", &["GPL-3.0-only", "GPL-3.0-or-later"]),
        (" GPL v3 or later ", 1..16, "GPL v3 or later", &["GPL-3.0-or-later"]),
        ("MIT or GPLv2", 7..12, "GPLv2", &["GPL-2.0-only", "GPL-2.0-or-later"]),
        ("BSD", 0..3, "BSD", &["BSD-3-Clause"]),
        ("BSD 3 Clause", 0..12, "BSD 3 Clause", &["BSD-3-Clause"]),
        ("MIT AND (new bsd)", 9..16, "new bsd", &["BSD-3-Clause"]),
        ("UNLICENSED", 0..10, "UNLICENSED", &["LicenseRef-Proprietary"]),
        ("All rights reserved", 0..19, "All rights reserved", &["LicenseRef-Proprietary"]),
        ("use-it-after-midnight", 0..21, "use-it-after-midnight", &[]),
        ("MIT++", 0..5, "MIT++", &["MIT"]),
        ("+", 0..1, "+", &[]),
        ("NOASSERTION", 0..11, "NOASSERTION", &[]),
        ("DocumentRef-a:LicenseRef-b", 0..26, "DocumentRef-a:LicenseRef-b", &[]),
        ("MIT/Apache-2.0", 0..14, "MIT/Apache-2.0", &[]),
        ("MIT,ISC", 0..7, "MIT,ISC", &[]),
        ("GFDL-1.3-invariants", 0..19, "GFDL-1.3-invariants", &[]),
    ] {
        let kind = UnknownLicense { name: name.to_owned(), meant: meant.to_vec() };
        assert_eq!(parse(text), Err(LicenseExpressionFault { range, kind }), "{text}");
    }
    for (text, range, name, meant) in [
        ("MIT WITH ISC", 9..12, "ISC", &[][..]),
        ("MIT WITH LLVM-exception+", 9..24, "LLVM-exception+", &["LLVM-exception"]),
        (
            "GPL-2.0-only WITH Classpath_Exception_2.0",
            18..41,
            "Classpath_Exception_2.0",
            &["Classpath-exception-2.0"],
        ),
    ] {
        let kind = UnknownException { name: name.to_owned(), meant: meant.to_vec() };
        assert_eq!(parse(text), Err(LicenseExpressionFault { range, kind }), "{text}");
    }
}

#[test]
fn every_suggestion_is_an_expression() {
    for (names, meant) in BY_NAME {
        for name in *names {
            assert_eq!(*name, squashed(name), "never found");
        }
        for suggestion in *meant {
            assert_eq!(parse(suggestion).map(|found| found.canonical).as_deref(), Ok(*suggestion));
        }
    }
}

#[test]
fn lists_deprecated_identifiers() {
    let deprecated = |text: &str| parse(text).map(|expression| expression.deprecated);
    assert_eq!(deprecated("MIT OR gpl-3.0"), Ok(vec![("GPL-3.0".to_owned(), 7..14)]));
    assert_eq!(deprecated("gpl-2.0+"), Ok(vec![("GPL-2.0".to_owned(), 0..8)]));
    assert_eq!(deprecated("GPL-3.0-only"), Ok(vec![]));
    let with = deprecated("LGPL-2.1-only WITH nokia-qt-exception-1.1");
    assert_eq!(with, Ok(vec![("Nokia-Qt-exception-1.1".to_owned(), 19..41)]));
}

#[test]
fn bounds_the_nesting() {
    let nested = |depth: usize| format!("{}MIT{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(parse(&nested(DEEPEST)).map(|expression| expression.canonical), Ok(nested(DEEPEST)));
    let fault = LicenseExpressionFault { range: DEEPEST..DEEPEST + 1, kind: TooDeep };
    assert_eq!(parse(&nested(DEEPEST + 1)), Err(fault));
}

#[test]
fn reads_every_identifier_in_any_case() {
    for id in identifiers() {
        for text in [id.to_lowercase(), id.to_uppercase()] {
            assert_eq!(parse(&text).map(|expression| expression.canonical).as_deref(), Ok(id));
        }
    }
    for exception in exceptions() {
        let expression = parse(&format!("mit with {}", exception.to_uppercase()));
        assert_eq!(expression.map(|expression| expression.canonical), Ok(format!("MIT WITH {exception}")));
    }
}

proptest! {
    #[test]
    fn survives_any_text(text in "(\\PC|[()\n]| (or|AND|with) |MIT|LicenseRef-)*") {
        match parse(&text) {
            Ok(expression) => {
                let again = parse(&expression.canonical).map(|again| again.canonical);
                prop_assert_eq!(again, Ok(expression.canonical));
            }
            Err(fault) => prop_assert!(text.get(fault.range).is_some()),
        }
    }
}
