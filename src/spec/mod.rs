//! The packaging standards, one a file, pure: text in, value or located fault out.

pub mod core_metadata;
pub mod license;
pub mod person;
pub mod readme;
pub mod record;
pub mod wheel_name;
