//! The few requests that the stories need.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use shared::http_client::{self, TimeLimits};
use stack::Urls;

const LIMITS: TimeLimits = TimeLimits { connect: Duration::from_secs(5), total: Duration::from_secs(30) };
/// A number is bought by the queue's worker; that takes a moment.
const LOOKS: u32 = 300;
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) struct Client {
    http: reqwest::Client,
    urls: Urls,
}

/// An organisation and a token of its administrator.
pub(crate) struct Tenant {
    pub id: String,
    pub user_id: String,
    token: String,
}

impl Client {
    pub fn new(urls: &Urls) -> Result<Self> {
        Ok(Self { http: http_client::build(LIMITS)?, urls: urls.clone() })
    }

    pub async fn organization(&self, name: &str, plan: &str, email: &str) -> Result<Tenant> {
        let url = format!("{}/_sim/organizations", self.urls.clerk);
        let owner = json!({ "email": email, "firstName": "Demo", "lastName": "Owner" });
        let made = self.post(&url, None, &json!({ "name": name, "plan": plan, "user": owner })).await?;
        let (id, user) = (text(&made, "organizationId")?, text(&made, "userId")?);
        let url = format!("{}?organization={id}&role=admin&user={user}&ttl=3600", self.urls.token);
        let token = self.http.get(url).send().await?.error_for_status()?.text().await?;
        Ok(Tenant { id, user_id: user, token })
    }

    /// The organisation's first number, when it may text.
    pub async fn number(&self, tenant: &Tenant) -> Result<String> {
        for _ in 0..LOOKS {
            let answer = self.get(tenant, "phone-numbers").await?;
            if let Some(number) = answer["phoneNumbers"].get(0)
                && number["messagingStatus"] == "ready"
            {
                return text(number, "phoneNumber");
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("{} got no number", tenant.id)
    }

    /// Orders a number, as staff does; gives the number's id.
    pub async fn order(&self, tenant: &Tenant, wish: &Value) -> Result<String> {
        let url = format!("{}/api/workspaces/{}/phone-numbers", self.urls.api, tenant.id);
        let answer = self.post(&url, Some(tenant), wish).await?;
        text(&answer["phoneNumber"], "id")
    }

    pub async fn release(&self, tenant: &Tenant, number_id: &str) -> Result<()> {
        let url = format!("{}/api/workspaces/{}/phone-numbers/{number_id}", self.urls.api, tenant.id);
        self.http.delete(url).bearer_auth(&tenant.token).send().await?.error_for_status()?;
        Ok(())
    }

    /// Orders the first toll-free number that is offered.
    pub async fn order_toll_free(&self, tenant: &Tenant, name: &str) -> Result<()> {
        let offered = self.get(tenant, "phone-numbers/available?tollFree=true&limit=1").await?;
        let number = text(&offered["available"][0], "phoneNumber")?;
        let wish = json!({ "phoneNumber": number, "numberType": "custom", "friendlyName": name });
        self.order(tenant, &wish).await.map(|_| ())
    }

    /// Sets the emergency address of the workspace's first number, and waits until the carrier has it.
    pub async fn set_emergency_address(&self, tenant: &Tenant, address: &Value) -> Result<()> {
        let numbers = self.get(tenant, "phone-numbers").await?;
        let id = text(&numbers["phoneNumbers"][0], "id")?;
        let url = format!("{}/api/workspaces/{}/phone-numbers/{id}/emergency-address", self.urls.api, tenant.id);
        self.http.patch(url).bearer_auth(&tenant.token).json(address).send().await?.error_for_status()?;
        for _ in 0..LOOKS {
            let numbers = self.get(tenant, "phone-numbers").await?;
            if numbers["phoneNumbers"][0]["emergencyAddress"]["status"] == "active" {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("the emergency address of {} does not become active", tenant.id)
    }

    /// An integrator's system, which is the local stack itself, is told of everything.
    pub async fn tell_integrator(&self, tenant: &Tenant, description: &str) -> Result<()> {
        let url = format!("{}/api/workspaces/{}/webhook-endpoints", self.urls.api, tenant.id);
        let events = ["message.received", "message.status", "number.provisioned", "call.completed"];
        let receiver = format!("{}webhooks", self.urls.local);
        let endpoint = json!({ "url": receiver, "description": description, "eventTypes": events });
        self.post(&url, Some(tenant), &endpoint).await.map(|_| ())
    }

    pub async fn change_plan(&self, tenant: &Tenant, plan: &str) -> Result<()> {
        let url = format!("{}/_sim/organizations/{}/plan", self.urls.clerk, tenant.id);
        self.post(&url, None, &json!({ "plan": plan, "immediately": true })).await.map(|_| ())
    }

    pub async fn customer_texts(&self, from: &str, to: &str, body: &str) -> Result<()> {
        let url = format!("{}/_sim/messages", self.urls.signalwire);
        self.post(&url, None, &json!({ "from": from, "to": to, "body": body })).await.map(|_| ())
    }

    /// Gives the organisation's first number a call flow.
    pub async fn set_voice(&self, tenant: &Tenant, voice: &Value) -> Result<()> {
        let numbers = self.get(tenant, "phone-numbers").await?;
        let id = text(&numbers["phoneNumbers"][0], "id")?;
        let url = format!("{}/api/workspaces/{}/phone-numbers/{id}", self.urls.api, tenant.id);
        let request = self.http.patch(url).bearer_auth(&tenant.token).json(&json!({ "voice": voice }));
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// A customer calls; gives the call's id at the carrier.
    pub async fn customer_calls(&self, from: &str, to: &str) -> Result<String> {
        let url = format!("{}/_sim/calls", self.urls.signalwire);
        text(&self.post(&url, None, &json!({ "from": from, "to": to })).await?, "callSid")
    }

    /// What somebody does on a phone of a call, as soon as the call wants it.
    pub async fn at_the_phone(&self, sid: &str, what: &str, body: &Value) -> Result<()> {
        let url = format!("{}/_sim/calls/{sid}/{what}", self.urls.signalwire);
        self.post(&url, None, body).await.map(|_| ())
    }

    /// The phone that a call makes ring.
    pub async fn ringing(&self, sid: &str) -> Result<String> {
        let call = self.wait_for_call(sid, |call| call["legs"].get(0).is_some()).await?;
        call["legs"][0].as_str().map(str::to_owned).context("a leg has a sid")
    }

    pub async fn wait_for_talk(&self, sid: &str) -> Result<()> {
        self.wait_for_call(sid, |call| call["bridged"] == true).await.map(|_| ())
    }

    async fn wait_for_call(&self, sid: &str, is_there: impl Fn(&Value) -> bool) -> Result<Value> {
        let url = format!("{}/_sim/calls/{sid}", self.urls.signalwire);
        for _ in 0..LOOKS {
            let answer: Value = self.http.get(&url).send().await?.error_for_status()?.json().await?;
            if is_there(&answer["call"]) {
                return Ok(answer["call"].clone());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("the call {sid} does not go on")
    }

    pub async fn staff_texts(&self, tenant: &Tenant, to: &str, body: &str) -> Result<()> {
        let url = format!("{}/api/workspaces/{}/messages", self.urls.api, tenant.id);
        self.post(&url, Some(tenant), &json!({ "channel": "sms", "to": to, "body": body })).await.map(|_| ())
    }

    /// Staff has a text spoken to a customer, who picks up and hears it.
    pub async fn staff_speaks(&self, tenant: &Tenant, to: &str, body: &str) -> Result<()> {
        let url = format!("{}/api/workspaces/{}/messages", self.urls.api, tenant.id);
        self.post(&url, Some(tenant), &json!({ "channel": "voice", "to": to, "body": body })).await?;
        let customer = self.rings_at(to).await?;
        self.at_the_phone(&customer, "answer", &json!({})).await
    }

    /// Staff calls a customer in person, and both talk for a while.
    pub async fn staff_calls(&self, tenant: &Tenant, own_phone: &str, to: &str) -> Result<()> {
        let url = format!("{}/api/workspaces/{}/calls", self.urls.api, tenant.id);
        self.post(&url, Some(tenant), &json!({ "memberPhoneNumber": own_phone, "to": to })).await?;
        let member = self.rings_at(own_phone).await?;
        self.at_the_phone(&member, "answer", &json!({})).await?;
        self.at_the_phone(&member, "digits", &json!({ "digits": "1" })).await?;
        let customer = self.rings_at(to).await?;
        self.at_the_phone(&customer, "answer", &json!({})).await?;
        self.at_the_phone(&customer, "hangup", &json!({ "seconds": 154 })).await
    }

    /// The sid of the call that rings at this number.
    async fn rings_at(&self, number: &str) -> Result<String> {
        let url = format!("{}/_sim/calls", self.urls.signalwire);
        for _ in 0..LOOKS {
            let answer: Value = self.http.get(&url).send().await?.error_for_status()?.json().await?;
            let calls = answer["calls"].as_array().map(Vec::as_slice).unwrap_or_default();
            if let Some(call) = calls.iter().find(|call| call["to"] == number && call["waitingFor"] == "answer") {
                return text(call, "sid");
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("nobody calls {number}")
    }

    pub async fn contact(&self, tenant: &Tenant, contact: &Value) -> Result<()> {
        let url = format!("{}/api/workspaces/{}/contacts", self.urls.api, tenant.id);
        self.post(&url, Some(tenant), contact).await.map(|_| ())
    }

    /// Changes the conversation with a customer.
    pub async fn file(&self, tenant: &Tenant, customer: &str, change: &Value) -> Result<()> {
        let found =
            self.get(tenant, &format!("conversations?status=all&q={}", customer.trim_start_matches('+'))).await?;
        let id = text(&found["conversations"][0], "id")?;
        let url = format!("{}/api/workspaces/{}/conversations/{id}", self.urls.api, tenant.id);
        let request = self.http.patch(url).bearer_auth(&tenant.token).json(change);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Changes the workspace.
    pub async fn configure(&self, tenant: &Tenant, change: &Value) -> Result<()> {
        let url = format!("{}/api/workspaces/{}", self.urls.api, tenant.id);
        let request = self.http.patch(url).bearer_auth(&tenant.token).json(change);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Begins a port order, or goes on with one; gives it as it is then.
    pub async fn port(&self, tenant: &Tenant, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/api/workspaces/{}/{path}", self.urls.api, tenant.id);
        Ok(self.post(&url, Some(tenant), body).await?["portOrder"].clone())
    }

    /// Uploads a document of a port order.
    pub async fn port_document(&self, tenant: &Tenant, path: &str, kind: &str) -> Result<()> {
        let content = format!("%PDF-1.4\n% demo: {kind}\n%%EOF\n").into_bytes();
        let url = format!("{}/api/workspaces/{}/{path}/documents", self.urls.api, tenant.id);
        let wanted =
            json!({ "kind": kind, "contentType": "application/pdf", "byteSize": content.len(), "fileName": kind });
        let answer = self.post(&url, Some(tenant), &wanted).await?;
        let upload = text(&answer["upload"], "url")?;
        let request = self.http.put(upload).header("content-type", "application/pdf").body(content);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// The platform's operator records what the carrier says to a port order.
    pub async fn operator_answers(&self, order: &Value, answer: &Value) -> Result<()> {
        let url = format!("{}/api/admin/port-orders/{}/answers", self.urls.api, text(order, "id")?);
        let mut answer = answer.clone();
        answer["version"] = order["version"].clone();
        self.post(&url, Some(&self.operator().await?), &answer).await.map(|_| ())
    }

    /// The platform's operator notes why a registration was refused.
    pub async fn operator_explains(&self, tenant: &Tenant, reason: &str) -> Result<()> {
        let answer = self.get(tenant, "registration").await?;
        let url = format!("{}/api/admin/registrations/{}/notes", self.urls.api, text(&answer["registration"], "id")?);
        let note = json!({ "action": "reason", "reason": reason });
        self.post(&url, Some(&self.operator().await?), &note).await.map(|_| ())
    }

    async fn operator(&self) -> Result<Tenant> {
        let url = format!("{}?organization=org_platform&role=admin&user=user_operator&ttl=3600", self.urls.token);
        let token = self.http.get(url).send().await?.error_for_status()?.text().await?;
        Ok(Tenant { id: "org_platform".to_owned(), user_id: "user_operator".to_owned(), token })
    }

    /// Submits a registration, for the fees that it is shown.
    pub async fn register(&self, tenant: &Tenant, brand: &Value, campaign: &Value) -> Result<()> {
        let url = format!("{}/api/workspaces/{}/registration", self.urls.api, tenant.id);
        let draft = json!({ "brand": brand, "campaign": campaign });
        let request = self.http.patch(&url).bearer_auth(&tenant.token).json(&draft);
        let saved: Value = request.send().await?.error_for_status()?.json().await?;
        let agreed = json!({ "agreedFees": saved["registration"]["fees"]["dueNow"] });
        self.post(&format!("{url}/submit"), Some(tenant), &agreed).await?;
        Ok(())
    }

    /// Waits until the registration stands there, and no number is on its way.
    pub async fn wait_for_registration(&self, tenant: &Tenant, state: &str) -> Result<()> {
        for _ in 0..LOOKS {
            let answer = self.get(tenant, "registration").await?;
            let registration = &answer["registration"];
            let numbers = &registration["numbers"];
            if registration["state"] == state
                && numbers["moving"] == 0
                && (state != "active" || numbers["platform"] == 0)
            {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("the registration of {} does not become {state}", tenant.id)
    }

    /// Changes how the registry decides.
    pub async fn registry(&self, change: &Value) -> Result<()> {
        let url = format!("{}/_sim/settings", self.urls.signalwire);
        self.http.patch(url).json(change).send().await?.error_for_status()?;
        Ok(())
    }

    async fn get(&self, tenant: &Tenant, path: &str) -> Result<Value> {
        let url = format!("{}/api/workspaces/{}/{path}", self.urls.api, tenant.id);
        Ok(self.http.get(url).bearer_auth(&tenant.token).send().await?.error_for_status()?.json().await?)
    }

    async fn post(&self, url: &str, tenant: Option<&Tenant>, body: &Value) -> Result<Value> {
        let mut request = self.http.post(url).json(body);
        if let Some(tenant) = tenant {
            request = request.bearer_auth(&tenant.token);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer = response.text().await?;
        ensure!(status.is_success(), "{url} answered {status}: {answer}");
        Ok(serde_json::from_str(&answer)?)
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    value[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {value}"))
}
