-- Run once by a PostgreSQL superuser: psql -v password="'...'" -f deploy/production/roles.sql
-- One login that may become one of three roles; none of them inherits anything (docs/deployment.md says which is for what).
CREATE ROLE assay_owner NOLOGIN;
CREATE ROLE assay_app NOLOGIN;
CREATE ROLE assay_ingest NOLOGIN BYPASSRLS; -- under row-level security PostgreSQL refuses COPY
CREATE ROLE assay LOGIN NOINHERIT PASSWORD :password;
GRANT assay_owner, assay_app, assay_ingest TO assay WITH INHERIT FALSE, SET TRUE;
CREATE DATABASE assay OWNER assay_owner;
