//! Project configuration: `kenarc.yaml`, and which files of a project are templates.
//!
//! [`find`] locates the configuration of a folder, [`Project::read`] reads it, and [`templates`] lists the templates
//! below a folder. This module reads files and folders; it prints nothing and does not look at the environment.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use kenarc::config::{self, Project};
//!
//! let project = match config::find(Path::new("/home/me/bot/src")) {
//!     Some(path) => Project::read(&path)?,
//!     None => Project::default(),
//! };
//! for folder in project.folders() {
//!     for template in config::templates(&folder) {
//!         println!("{}", template?.display());
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api;
mod files;
mod level;
mod mask;
mod project;
mod templates;
mod values;

pub use api::{Api, UnknownApi};
pub use files::ProjectFiles;
pub use level::{NotConfigurable, configurable_rule};
pub use project::{ConfigError, DEFAULT_FOLDER, FILE_NAME, Project, find};
pub use templates::{SNAPSHOT_FOLDER, SearchError, templates};
