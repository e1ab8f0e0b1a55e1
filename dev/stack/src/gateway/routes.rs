//! Which function answers a request (Amazon API Gateway, "Create routes for HTTP APIs").
//!
//! Among the routes that match path and method, the most specific path wins, segment by segment: exact before `{name}`
//! before `{name+}`; for equal paths the method before `ANY`; `$default` comes last.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::template::Route;

/// A route with whatever it leads to.
pub struct Routes<T> {
    routes: Vec<(Route, T)>,
}

/// The found route, with its path parameters decoded.
#[derive(Debug, PartialEq, Eq)]
pub struct Match<'a, T> {
    pub target: &'a T,
    pub route_key: String,
    pub path_parameters: BTreeMap<String, String>,
}

/// How specific a segment of a route is, the most specific greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Greedy,
    Variable,
    Exact,
}

impl<T> Routes<T> {
    pub fn new(routes: impl IntoIterator<Item = (Route, T)>) -> Self {
        Self { routes: routes.into_iter().collect() }
    }

    /// Finds the route for a method and a path as it came over the wire.
    pub fn find(&self, method: &str, raw_path: &str) -> Option<Match<'_, T>> {
        let candidates = self.routes.iter().filter(|(route, _)| route.method == method || route.method == "ANY");
        let matching = candidates.filter_map(|(route, target)| Some((route, target, matched(&route.path, raw_path)?)));
        let specificity = |route: &Route| {
            let segments: Vec<_> = segments(&route.path).map(kind).collect();
            (route.path != "$default", segments, route.method != "ANY")
        };
        let (route, target, path_parameters) = matching.max_by_key(|(route, ..)| specificity(route))?;
        Some(Match { target, route_key: route_key(route), path_parameters })
    }
}

fn route_key(route: &Route) -> String {
    if route.path == "$default" { "$default".to_owned() } else { format!("{} {}", route.method, route.path) }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn kind(segment: &str) -> Segment {
    match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
        Some(name) if name.ends_with('+') => Segment::Greedy,
        Some(_) => Segment::Variable,
        None => Segment::Exact,
    }
}

/// The path parameters when the path fits the pattern.
fn matched(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    if pattern == "$default" {
        return Some(parameters);
    }
    let mut rest = path.strip_prefix('/')?.split('/');
    for segment in segments(pattern) {
        let name = segment.trim_matches(['{', '}', '+']).to_owned();
        let value = rest.next()?;
        match kind(segment) {
            Segment::Exact if segment == decoded(value) => continue,
            Segment::Exact => return None,
            Segment::Variable if value.is_empty() => return None,
            Segment::Variable => parameters.insert(name, decoded(value)),
            Segment::Greedy => {
                let value = rest.fold(value.to_owned(), |all, next| format!("{all}/{next}"));
                parameters.insert(name, decoded(&value));
                return (!value.is_empty()).then_some(parameters);
            }
        };
    }
    rest.next().is_none().then_some(parameters)
}

pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: [&str; 9] = [
        "GET /pets/dog/1",
        "GET /pets/dog/{id}",
        "GET /pets/{kind}/{id}",
        "ANY /pets/dog/{id}",
        "GET /pets/{proxy+}",
        "POST /pets",
        "GET /api/workspaces/{workspace}/phone-numbers",
        "GET /api/workspaces/{workspace}/phone-numbers/available",
        "DELETE /api/workspaces/{workspace}/phone-numbers/{number}",
    ];

    fn routes(extra: &[&str]) -> Routes<()> {
        let route = |key: &str| {
            let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
            (Route { method: method.to_owned(), path: path.to_owned() }, ())
        };
        Routes::new(ROUTES.iter().chain(extra).map(|key| route(key)))
    }

    #[test]
    fn the_most_specific_route_with_the_method_wins() {
        let routes = routes(&["ANY /{everything+}"]);
        let table = [
            ("GET", "/pets/dog/1", "GET /pets/dog/1"),
            ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
            ("PUT", "/pets/dog/1", "ANY /pets/dog/{id}"),
            ("GET", "/pets/cat/7", "GET /pets/{kind}/{id}"),
            ("GET", "/pets/cat/7/toys", "GET /pets/{proxy+}"),
            ("GET", "/pets/cat", "GET /pets/{proxy+}"),
            ("GET", "/pets", "ANY /{everything+}"),
            ("POST", "/pets", "POST /pets"),
            (
                "GET",
                "/api/workspaces/w/phone-numbers/available",
                "GET /api/workspaces/{workspace}/phone-numbers/available",
            ),
            (
                "DELETE",
                "/api/workspaces/w/phone-numbers/available",
                "DELETE /api/workspaces/{workspace}/phone-numbers/{number}",
            ),
        ];
        for (method, path, expected) in table {
            assert_eq!(routes.find(method, path).unwrap().route_key, expected, "{method} {path}");
        }
    }

    #[test]
    fn nothing_matches_what_no_route_names() {
        let routes = routes(&[]);
        let table = [
            ("GET", "/"),
            ("GET", "/pets"),
            ("GET", "/pets/"),
            ("POST", "/pets/"),
            ("PUT", "/api/workspaces/w/phone-numbers"),
            ("GET", "/api/workspaces/w/phone-numbers/"),
            ("GET", "/api/workspaces//phone-numbers"),
            ("GET", "/API/workspaces/w/phone-numbers"),
        ];
        for (method, path) in table {
            assert!(routes.find(method, path).is_none(), "{method} {path}");
        }
    }

    #[test]
    fn the_default_route_takes_the_rest() {
        let routes = routes(&["$default"]);
        assert_eq!(routes.find("GET", "/").unwrap().route_key, "$default");
        assert_eq!(routes.find("POST", "/pets").unwrap().route_key, "POST /pets");
    }

    #[test]
    fn path_parameters_are_decoded() {
        let routes = routes(&[]);
        let parameters = |path| routes.find("GET", path).unwrap().path_parameters;
        assert_eq!(parameters("/pets/dog/a%20b%2Fc")["id"], "a b/c");
        assert_eq!(parameters("/pets/cat/7/to%2Bys/x")["proxy"], "cat/7/to+ys/x");
        assert_eq!(parameters("/api/workspaces/org_1/phone-numbers")["workspace"], "org_1");
    }
}
