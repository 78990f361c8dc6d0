"""Servers made of OpenAPI documents: each function of ALL makes one."""

import copy
import json
import re

INFO = {"title": "Pets", "version": "1.0"}
OK = {"200": {"description": "fine"}}


def content(schema, kind="application/json"):
    return {"content": {kind: {"schema": schema}}}


def gives(schema, code="200", kind="application/json"):
    return {code: {"description": "fine", **content(schema, kind)}}


def document(paths, version="3.0.3", **components):
    made = {"openapi": version, "info": INFO, "servers": [{"url": "https://pets.example"}], "paths": paths}
    if components:
        made["components"] = components
    return made


PETS = document(
    {
        "/pets": {
            "parameters": [{"$ref": "#/components/parameters/Trace"}],
            "get": {
                "operationId": "listPets",
                "summary": "List pets",
                "tags": ["pets", "read"],
                "parameters": [
                    {
                        "name": "limit", "in": "query", "description": "How many",
                        "schema": {"type": "integer", "maximum": 100, "minimum": 1, "default": 20, "format": "int32"},
                    },
                    {"name": "kind", "in": "query", "schema": {"$ref": "#/components/schemas/Kind"}},
                    {
                        "name": "sort", "in": "query", "required": True, "deprecated": True,
                        "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "nullable": True},
                    },
                    {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object", "default": {"a": 1}}}}},
                    {"name": "X-Id", "in": "header", "schema": {"type": "string", "example": "a"}, "example": "b"},
                ],
                "responses": gives({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}),
            },
            "post": {
                "operationId": "createPet",
                "description": "Create a pet.\n\nWith all that it has.",
                "requestBody": {"required": True, "description": "The pet", **content({"$ref": "#/components/schemas/NewPet"})},
                "responses": gives({"$ref": "#/components/schemas/Pet"}, "201"),
            },
        },
        "/pets/{petId}": {
            "parameters": [{"name": "petId", "in": "path", "required": True, "description": "Which", "schema": {"type": "string"}}],
            "get": {"summary": "Show a pet!", "responses": gives({"$ref": "#/components/schemas/Pet"})},
            "put": {
                "operationId": "pets.replace-one__v1",
                "parameters": [{"name": "petId", "in": "query", "schema": {"type": "integer"}}],
                "requestBody": content({"allOf": [{"$ref": "#/components/schemas/NewPet"}, {"type": "object", "required": ["petId"], "properties": {"petId": {"type": "string"}, "extra": {"type": "boolean"}}}]}),
                "responses": {"204": {"description": "gone"}},
            },
            "delete": {"responses": {"default": {"description": "x", **content({"type": "object"})}}},
            "patch": {
                "operationId": "patch", "requestBody": {"$ref": "#/components/requestBodies/Patch"},
                "responses": {"2XX": {"$ref": "#/components/responses/Fine"}, "404": {"description": "no"}},
            },
        },
        "/tags": {
            "post": {"operationId": "listPets", "requestBody": content({"type": "array", "items": {"type": "string"}, "title": "Tag List"}), "responses": gives({"type": "string", "nullable": True})},
            "get": {"operationId": "listPets", "responses": gives({"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}], "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}})},
            "head": {"operationId": "listPets_2", "responses": OK},
        },
        "/node": {"get": {"operationId": "node", "responses": gives({"$ref": "#/components/schemas/Node"})}},
        "/text": {"get": {"operationId": "text", "responses": gives({"type": "string"}, "200", "text/plain")}},
        "/none": {"get": {"operationId": "none", "responses": {"200": {"description": "x", "content": {"application/json": {}}}}}},
        "/long": {"get": {"operationId": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "summary": "", "description": "", "responses": OK}},
        "/missing": {"get": {"operationId": "missing", "parameters": [{"$ref": "#/components/parameters/None"}, {"name": "m", "in": "query", "schema": {"$ref": "#/components/schemas/None"}}, {"name": "p", "in": "query", "schema": {"$ref": "#/components/schemas/NewPet/properties/name"}}], "responses": {"200": {"$ref": "#/components/responses/None"}}}},
        "/siblings": {
            "post": {
                "operationId": "siblings",
                "parameters": [
                    {"name": "a", "in": "query", "schema": {"$ref": "#/components/schemas/Kind", "description": "beside", "default": "x"}},
                    {"name": "b", "in": "query", "schema": {"$ref": "#/components/schemas/Kind", "description": "beside"}},
                ],
                "requestBody": content({"type": "object", "properties": {"k": {"$ref": "#/components/schemas/Kind", "description": "own", "nullable": True}}, "required": ["k"]}),
                "responses": gives({"$ref": "#/components/schemas/Alias"}),
            }
        },
    },
    parameters={"Trace": {"name": "trace", "in": "cookie", "schema": {"type": "boolean"}}},
    requestBodies={"Patch": {"required": True, **content({"type": "object", "properties": {"name": {"type": "string", "readOnly": True}, "password": {"type": "string", "writeOnly": True}}, "required": ["name"], "additionalProperties": {"$ref": "#/components/schemas/Kind"}}, "application/merge-patch+json")}},
    responses={"Fine": {"description": "x", **content({"type": "object", "additionalProperties": False}, "application/hal+json")}},
    schemas={
        "Kind": {"type": "string", "enum": ["cat", "dog"], "nullable": True, "x-own": {"a": None}},
        "NewPet": {
            "type": "object", "title": "NewPet", "required": ["name"],
            "properties": {
                "name": {"type": "string", "minLength": 1, "xml": {"name": "n"}},
                "kind": {"$ref": "#/components/schemas/Kind"},
                "owner": {"allOf": [{"$ref": "#/components/schemas/Owner"}], "nullable": True},
                "password": {"type": "string", "writeOnly": True},
                "one": {"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
                "any": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Owner"}], "nullable": True},
                "not": {"not": {"type": "string", "nullable": True}},
            },
        },
        "Pet": {"allOf": [{"$ref": "#/components/schemas/NewPet"}, {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "format": "int64", "readOnly": True}}}]},
        "Owner": {"type": "object", "properties": {"name": {"type": "string", "externalDocs": {"url": "https://x.example"}}, "pin": {"type": "integer", "writeOnly": True}}, "required": ["pin"], "example": {"name": None}},
        "Cat": {"type": "object", "properties": {"kind": {"type": "string"}, "lives": {"type": "integer", "exclusiveMinimum": True, "minimum": 0}}},
        "Dog": {"type": "object", "required": ["bark"], "properties": {"bark": {"type": "boolean", "default": False}}},
        "Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "kind": {"$ref": "#/components/schemas/Kind"}}},
        "Alias": {"$ref": "#/components/schemas/Owner"},
    },
)

NEWER = document(
    {
        "/a": {
            "post": {
                "operationId": "a",
                "parameters": [
                    {"name": "n", "in": "query", "schema": {"type": ["string", "null"], "const": "x", "examples": ["a"]}},
                    {"name": "r", "in": "query", "schema": {"$ref": "#/components/schemas/R", "description": "beside"}},
                    {"name": "s", "in": "query", "schema": {"$ref": "#/components/schemas/R", "default": 1, "title": "t"}},
                    {"name": "e", "in": "query", "schema": {"type": "number", "exclusiveMinimum": 1}, "examples": {"x": {"value": 1}}},
                ],
                "requestBody": {"required": True, **content({"$ref": "#/components/schemas/Shape"})},
                "responses": gives({"$ref": "#/components/schemas/Shape"}),
            },
        },
        "/b": {
            "post": {"operationId": "b", "requestBody": {"required": True, **content({"$ref": "#/components/schemas/Alias"})}, "responses": gives({"$ref": "#/components/schemas/Alias"})},
            "put": {"operationId": "c", "requestBody": {"required": True, **content({"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"more": {"type": "string"}}, "required": ["more", "id"]}]})}, "responses": {"201": {"description": "x"}}},
            "patch": {"operationId": "d", "requestBody": {"required": True, **content({"type": "object", "additionalProperties": True, "description": "free"})}},
            "delete": {"operationId": "e", "requestBody": {"required": True, **content({"oneOf": [{"$ref": "#/components/schemas/Base"}, {"type": "null"}]})}},
        },
        "/body/{body}": {"post": {"operationId": "f", "parameters": [{"name": "body", "in": "path", "required": True, "schema": {"type": "string"}}], "requestBody": content({"type": "string"}, "text/plain")}},
        "/tuple": {"get": {"operationId": "g", "responses": gives({"type": "array", "prefixItems": [{"$ref": "#/components/schemas/R"}, {"type": "integer"}], "items": {"type": "string"}})}},
        "/pattern": {"get": {"operationId": "h", "responses": gives({"type": "object", "patternProperties": {"^x": {"$ref": "#/components/schemas/R"}}, "propertyNames": {"type": "string"}, "unevaluatedProperties": {"type": "string"}})}},
    },
    "3.1.0",
    schemas={
        "R": {"type": "string", "title": "R", "deprecated": True},
        "Base": {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}, "required": ["id"]},
        "Alias": {"$ref": "#/components/schemas/Base"},
        "Shape": {"type": "object", "title": "Shape", "required": ["kind"], "properties": {"kind": {"type": "string", "description": "Which"}, "own": {"$ref": "#/components/schemas/R"}}, "discriminator": {"propertyName": "kind", "mapping": {"circle": "#/components/schemas/Circle", "square": "Square", "far": "https://x.example/far.json"}}},
        "Circle": {"allOf": [{"$ref": "#/components/schemas/Shape"}, {"type": "object", "properties": {"radius": {"type": "number", "maximum": 5}}}]},
        "Square": {"allOf": [{"$ref": "#/components/schemas/Shape"}, {"type": "object", "properties": {"side": {"type": "number"}, "radius": {"type": "integer"}}}]},
    },
)

OLD = {"swagger": "2.0", "info": INFO, "paths": {"/x": {"get": {"operationId": "x", "parameters": [{"name": "q", "in": "query", "type": "string", "required": True}], "responses": {"200": {"description": "d", "schema": {"type": "string"}}}}}}}


def plain(Server, client, kit):
    return Server.from_openapi(PETS, client=client, name="pets")


def newer(Server, client, kit):
    return Server.from_openapi(openapi_spec=NEWER, client=client)


def old(Server, client, kit):
    return Server.from_openapi(OLD, client)


def named(Server, client, kit):
    names = {"listPets": "list all-the.pets", "none": "", "patch": "show_a_pet"}
    return Server.from_openapi(PETS, client=client, mcp_names=names, tags={"z", "pets"})


def mapped(Server, client, kit):
    maps = [
        kit.RouteMap(methods=["DELETE", "HEAD"], mcp_type=kit.MCPType.EXCLUDE),
        kit.RouteMap(methods=["GET"], pattern=r".*\{.*\}.*", mcp_type=kit.MCPType.RESOURCE_TEMPLATE, mcp_tags={"one"}),
        kit.RouteMap(methods=["GET"], pattern=re.compile(r"^/(pets|text|none)$"), mcp_type=kit.MCPType.RESOURCE),
        kit.RouteMap(tags={"pets", "read"}, mcp_type=kit.MCPType.EXCLUDE),
    ]
    return Server.from_openapi(PETS, client=client, route_maps=maps)


def chosen(Server, client, kit):
    wanted = {"listPets", "createPet", "node"}

    def choose(route, kind):
        if route.operation_id not in wanted:
            return kit.MCPType.EXCLUDE
        if route.path.startswith("/tags") and route.method == "POST":
            return kit.MCPType.RESOURCE
        return None

    def change(route, component):
        component.tags.add("changed")
        if route.operation_id == "node":
            component.name = "the_node"
            component.output_schema = None
        if "pets" in route.tags:
            component.description = f"{route.method} {component.description}"
            component.parameters["properties"].pop("limit")

    return Server.from_openapi(PETS, client=client, route_map_fn=choose, mcp_component_fn=change)


def cut(Server, client, kit):
    made = copy.deepcopy(PETS)
    del made["paths"]["/pets"]
    made["paths"] = {path: item for path, item in made["paths"].items() if "{" not in path}
    for path, item in made["paths"].items():
        for method in list(item):
            operation = item[method]
            if method == "head":
                item.pop(method)
                continue
            operation["operationId"] = f"{method}_{path.strip('/')}"
    made["components"]["schemas"]["Kind"]["description"] = "told later"
    return Server.from_openapi(json.loads(json.dumps(made)), client=client)


def loose(Server, client, kit):
    return Server.from_openapi(PETS, client=client, validate_output=False)


ALL = [plain, newer, old, named, mapped, chosen, cut]
LATER = [loose]
