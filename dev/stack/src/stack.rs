//! Puts the parts together.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::aws::{ACCOUNT_ID, Aws, REGION};
use crate::functions::{Instances, Outcome, RuntimeApi, Settings, Status};
use crate::gateway::{Console, Gateway};
use crate::logs::LogBook;
use crate::options::Options;
use crate::parameters::Parameters;
use crate::schedules::Scheduled;
use crate::simulators::Simulators;
use crate::template::{self, Deployment, Template};
use crate::urls::{Urls, Webhooks};
use crate::watchdog::Watchdog;
use crate::{http, queues, secrets};

/// A running stack. Dropping it stops it too, only less orderly.
pub struct Stack {
    pub urls: Urls,
    pub logs: LogBook,
    /// Begins the name of each secret.
    name: String,
    aws: Aws,
    functions: BTreeMap<String, Arc<Instances>>,
    schedules: Vec<Scheduled>,
    simulators: Simulators,
    stopping: DropGuard,
}

impl Stack {
    /// Starts everything. Postgres must be migrated and the AWS server must answer.
    pub async fn start(options: Options) -> Result<Self> {
        http::install_tls();
        let listener = listen(options.ports.gateway).await?;
        let gateway_url = format!("http://{}", listener.local_addr()?);
        let webhooks = Webhooks::at(options.public_url.as_deref().unwrap_or(&gateway_url));
        let simulators = Simulators::start(&options, &gateway_url, &webhooks).await?;
        let (signalwire, clerk) = (&simulators.signalwire_account, &simulators.clerk_account);
        let urls = Urls::new(&options, &gateway_url, &webhooks, (signalwire, clerk), simulators.simulated());

        let parameters = Parameters::new(&options, signalwire, clerk, (&urls.console, &webhooks));
        let mut template = template::read(&options.template, &deployment(&options, gateway_url, parameters.values))?;
        if let Some(seconds) = options.visibility_timeout {
            for queue in &mut template.queues {
                queue.attributes.insert("VisibilityTimeout".to_owned(), seconds.to_string());
            }
        }
        let aws = Aws::new(&options.aws_endpoint);
        create_resources(&aws, &template, &parameters.secrets, &urls.queues).await?;

        let logs = LogBook::new(options.logs.clone());
        let shutdown = CancellationToken::new();
        let functions = start_functions(&options, &template, &logs, &shutdown).await?;
        let schedules = start_sources(&aws, &options, &template, &functions, &shutdown, &logs);
        let (patience, sources) = (options.limits.integration, schedules.clone());
        let console = Console::new(options.console.clone(), &urls, clerk);
        let console = console.with_policy(template.content_security_policy.as_deref(), &options.aws_endpoint)?;
        let web = (urls.clone(), console);
        let gateway = Gateway::new(&template, functions.clone(), sources, logs.clone(), web, patience);
        gateway.serve(listener, &options.root, shutdown.clone());
        let (name, stopping) = (options.stack_name, shutdown.drop_guard());
        Ok(Self { urls, logs, name, aws, functions, schedules, simulators, stopping })
    }

    /// Stops everything and waits until no process is left.
    pub async fn stop(self) -> Result<()> {
        drop(self.stopping);
        for function in self.functions.values() {
            function.stopped().await;
        }
        self.simulators.stop().await;
        Ok(())
    }

    /// Invokes a function; its error is an error here.
    pub async fn invoke(&self, function: &str, event: &Value) -> Result<Value> {
        let instances = self.functions.get(function).with_context(|| format!("no function {function}"))?;
        answer(instances.invoke(event.to_string().into()).await)
    }

    /// Fires a schedule, named by its own name or by its function.
    pub async fn fire(&self, name: &str) -> Result<Value> {
        let named = |it: &&Scheduled| it.schedule.name == name || it.instances.settings().name == name;
        let scheduled = self.schedules.iter().find(named).with_context(|| format!("no schedule {name}"))?;
        answer(scheduled.fire().await)
    }

    /// Gives a secret a new value, as whoever rotates it does; it is named without the stack's name.
    pub async fn rotate_secret(&self, name: &str, value: &str) -> Result<()> {
        let secret = format!("{}/{name}", self.name);
        secrets::put(&self.aws.secrets, &BTreeMap::from([(secret, value.to_owned())])).await
    }

    #[must_use]
    pub fn status(&self, function: &str) -> Option<Status> {
        self.functions.get(function).map(|instances| instances.status())
    }

    /// The ids of a function's running processes, for tests that kill them.
    #[must_use]
    pub fn processes(&self, function: &str) -> Vec<u32> {
        self.functions.get(function).map(|instances| instances.processes()).unwrap_or_default()
    }
}

fn answer(outcome: Outcome) -> Result<Value> {
    match outcome {
        Outcome::Response(payload) => Ok(serde_json::from_slice(&payload)?),
        Outcome::Error(payload) => bail!("the function failed: {}", String::from_utf8_lossy(&payload)),
    }
}

pub async fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.with_context(|| format!("cannot listen on port {port}"))
}

fn deployment(options: &Options, gateway_url: String, parameters: BTreeMap<String, String>) -> Deployment {
    Deployment {
        stack_name: options.stack_name.clone(),
        region: REGION.to_owned(),
        account_id: ACCOUNT_ID.to_owned(),
        gateway_url,
        aws_endpoint: options.aws_endpoint.clone(),
        parameters,
        overrides: options.parameters.clone(),
    }
}

async fn create_resources(
    aws: &Aws,
    template: &Template,
    values: &BTreeMap<String, String>,
    queue_base: &str,
) -> Result<()> {
    secrets::put(&aws.secrets, values).await?;
    queues::create(&aws.sqs, &template.queues, queue_base).await?;
    for bucket in &template.buckets {
        aws.create_bucket(bucket).await?;
    }
    Ok(())
}

async fn start_functions(
    options: &Options,
    template: &Template,
    logs: &LogBook,
    shutdown: &CancellationToken,
) -> Result<BTreeMap<String, Arc<Instances>>> {
    require_binaries(&options.binaries, template)?;
    let runtime_api = RuntimeApi::bind().await?;
    let watchdog = Watchdog::start()?;
    let mut functions = BTreeMap::new();
    for function in &template.functions {
        let settings = Settings {
            name: function.binary.clone(),
            function_name: function.deployed_name.clone(),
            arn: function.arn.clone(),
            program: options.binaries.join(&function.binary),
            timeout: function.timeout,
            memory_mb: function.memory_mb,
            environment: function.environment.clone(),
            aws_endpoint: options.aws_endpoint.clone(),
            region: REGION.to_owned(),
        };
        let (logs, watchdog, shutdown) = (logs.clone(), watchdog.clone(), shutdown.clone());
        let instances = Instances::new(settings, options.limits, runtime_api.url(), logs, watchdog, shutdown);
        functions.insert(function.binary.clone(), instances);
    }
    runtime_api.serve(functions.clone(), shutdown.clone());
    Ok(functions)
}

fn require_binaries(directory: &Path, template: &Template) -> Result<()> {
    let missing = template.functions.iter().map(|function| function.binary.as_str());
    let missing: Vec<_> = missing.filter(|binary| !directory.join(binary).is_file()).collect();
    if !missing.is_empty() {
        bail!("not built in {}: {}; run cargo build --workspace", directory.display(), missing.join(", "));
    }
    Ok(())
}

/// Starts the pollers and the tickers.
fn start_sources(
    aws: &Aws,
    options: &Options,
    template: &Template,
    functions: &BTreeMap<String, Arc<Instances>>,
    shutdown: &CancellationToken,
    logs: &LogBook,
) -> Vec<Scheduled> {
    let mut schedules = Vec::new();
    for function in &template.functions {
        let Some(instances) = functions.get(&function.binary) else { continue };
        for source in function.queue_sources.iter().filter(|source| source.enabled) {
            let url = format!("{}/{ACCOUNT_ID}/{}", options.aws_endpoint, source.queue_name);
            let (source, instances) = (source.clone(), Arc::clone(instances));
            tokio::spawn(queues::poll(aws.sqs.clone(), url, source, instances, logs.clone(), shutdown.clone()));
        }
        for schedule in &function.schedules {
            let entry = Scheduled { schedule: schedule.clone(), instances: Arc::clone(instances) };
            if options.schedules && schedule.enabled {
                tokio::spawn(entry.clone().tick(shutdown.clone()));
            }
            schedules.push(entry);
        }
    }
    schedules
}

#[cfg(test)]
#[path = "stack_tests.rs"]
mod tests;
