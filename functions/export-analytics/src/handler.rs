use std::convert::Infallible;

use lambda_http::{
    Body, Request, Response,
    http::{HeaderValue, header},
};
use shared::{
    api::Cursor,
    auth::{self, Access, Role, SessionTokenVerifier},
    clock,
    db::{Pool, Position, charges, usage},
    lambda::{self, ApiError, DayRange},
};

use crate::table::{self, Header, Revenue};

/// Rows of a page: about 150 bytes each, and Lambda answers with six megabytes at most.
const PAGE: usize = 20_000;

/// What this function uses.
pub struct State {
    /// Postgres.
    pub pool: Pool,
    /// Verifies session tokens.
    pub tokens: SessionTokenVerifier,
}

/// A page of the file.
struct Page {
    csv: Vec<u8>,
    report: &'static str,
    range: DayRange,
    next: Option<Cursor>,
}

/// Answers the request.
pub async fn handle(state: &State, request: Request) -> Result<Response<Body>, Infallible> {
    Ok(match export_analytics(state, &request).await.and_then(|page| answer(&request, page)) {
        Ok(response) => response,
        Err(error) => error.into_response(),
    })
}

async fn export_analytics(state: &State, request: &Request) -> Result<Page, ApiError> {
    let caller = state.tokens.verify(lambda::bearer(request), clock::now())?;

    let workspace = lambda::path_parameter(request, "workspace")?;
    let report = parse_report(request)?;
    let range = lambda::parse_days(request, clock::now())?;
    let cursor: Option<Cursor> = lambda::parse_query(request, "cursor")?;

    let mut connection = state.pool.get().await?;
    let entered = auth::enter(&mut connection, &caller, &workspace, Access::Read).await?;

    let is_admin = caller.organization.as_ref().is_some_and(|organization| organization.role == Role::Admin);
    let revenue = if is_admin { Revenue::Shown } else { Revenue::Hidden };
    let header = if cursor.is_none() { Header::First } else { Header::None };
    let (transaction, workspace_id) = (entered.transaction, entered.workspace.id);
    let (csv, next) = if report == "days" {
        let usage = usage::list_days(transaction, workspace_id, &range.days).await?;
        (table::days(&usage, header, revenue), None)
    } else {
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
        let after = cursor.map(|cursor| cursor.0);
        let mut rows = charges::list(transaction, workspace_id, range.span(), after, limit + 1).await?;
        let next = lambda::cut_page(&mut rows, limit, |row| Position { at: row.occurred_at, id: row.id });
        (table::charges(&rows, header, revenue), next.map(Cursor))
    };

    let csv = csv.map_err(|error| ApiError::Internal(Box::new(error)))?;
    Ok(Page { csv, report, range, next })
}

fn parse_report(request: &Request) -> Result<&'static str, ApiError> {
    match lambda::query(request, "report").as_deref() {
        None | Some("days") => Ok("days"),
        Some("charges") => Ok("charges"),
        Some(_) => Err(ApiError::invalid("report", "must be `days` or `charges`")),
    }
}

fn answer(request: &Request, page: Page) -> Result<Response<Body>, ApiError> {
    let invalid = |error: lambda_http::http::header::InvalidHeaderValue| ApiError::Internal(Box::new(error));
    let Page { csv, report, range, next } = page;
    let (from, to) = range.dates();
    let mut response = Response::new(Body::Text(String::from_utf8(csv).map_err(|e| ApiError::Internal(Box::new(e)))?));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let disposition = format!("attachment; filename=\"switchboard-{report}-{from}-{to}.csv\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(invalid)?);
    if let Some(cursor) = next {
        let query = range.query(report, &cursor.to_string());
        let link = format!("<{}?{query}>; rel=\"next\"", request.uri().path());
        headers.insert(header::LINK, HeaderValue::from_str(&link).map_err(invalid)?);
    }
    Ok(response)
}
