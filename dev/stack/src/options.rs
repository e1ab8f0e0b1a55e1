//! What a stack is started with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::accounts::Accounts;
use crate::functions::Limits;
use crate::logs::Logs;

#[derive(Clone, Debug)]
pub struct Options {
    /// The checkout.
    pub root: PathBuf,
    pub template: PathBuf,
    /// The directory that holds the function binaries.
    pub binaries: PathBuf,
    /// The web console as Vite builds it.
    pub console: PathBuf,
    /// Postgres as the owner, for migrations.
    pub database_url: String,
    /// Postgres as the functions see it.
    pub app_database_url: String,
    /// The SQS, Secrets Manager and S3 server.
    pub aws_endpoint: String,
    /// Prefix of queues and secrets, so that several stacks can share one server.
    pub stack_name: String,
    pub ports: Ports,
    /// Where the simulators keep their state; without it they forget it on stop.
    pub data_dir: Option<PathBuf>,
    /// Whether schedules tick. They can be fired by hand either way.
    pub schedules: bool,
    pub logs: Logs,
    pub limits: Limits,
    pub accounts: Accounts,
    /// Base of the gateway as the providers reach it, for real accounts behind a tunnel.
    pub public_url: Option<String>,
    /// Seconds after which a queue shows an unhandled message again, instead of the template's.
    pub visibility_timeout: Option<u32>,
    /// Template parameters, over the values that the stack gives them itself.
    pub parameters: BTreeMap<String, String>,
}

/// Zero takes any free port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    pub gateway: u16,
    pub signalwire: u16,
    pub clerk: u16,
}

impl Options {
    /// Everything else has a default that suits tests: any free port, no state kept, schedules off, quiet.
    pub fn new(
        root: PathBuf,
        database_url: &str,
        app_database_url: &str,
        aws_endpoint: &str,
        stack_name: &str,
    ) -> Result<Self> {
        Ok(Self {
            template: root.join("template.yaml"),
            console: root.join("console/dist"),
            root,
            binaries: built_binaries()?,
            database_url: database_url.to_owned(),
            app_database_url: app_database_url.to_owned(),
            aws_endpoint: aws_endpoint.trim_end_matches('/').to_owned(),
            stack_name: stack_name.to_owned(),
            ports: Ports::default(),
            data_dir: None,
            schedules: false,
            logs: Logs::Quiet,
            limits: Limits::default(),
            accounts: Accounts::default(),
            public_url: None,
            visibility_timeout: None,
            parameters: BTreeMap::new(),
        })
    }
}

/// Where cargo puts the binaries of the build that made the running program: beside it, or one up for a test.
pub fn built_binaries() -> Result<PathBuf> {
    let program = std::env::current_exe().context("cannot find the running program")?;
    let directory = program.parent().context("the running program has no directory")?;
    let inner = directory.ends_with("deps") || directory.ends_with("examples");
    Ok(if inner { directory.parent().unwrap_or(directory) } else { directory }.to_owned())
}
