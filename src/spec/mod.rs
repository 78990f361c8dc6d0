//! The packaging standards, one a file, pure: text in, value or located fault out.
