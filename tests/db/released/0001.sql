BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE attribute_distribution (
	version_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	rank INTEGER NOT NULL, 
	attribute VARCHAR NOT NULL, 
	level VARCHAR NOT NULL, 
	share FLOAT, 
	base INTEGER NOT NULL, 
	CONSTRAINT pk_attribute_distribution PRIMARY KEY (version_id, position, rank), 
	CONSTRAINT fk_attribute_distribution_version_id FOREIGN KEY(version_id, position) REFERENCES cohort (version_id, position)
);
INSERT INTO "attribute_distribution" VALUES('8a28ae908a0441acb84d65740d79c065',0,0,'Role','Student',0.6,5);
INSERT INTO "attribute_distribution" VALUES('8a28ae908a0441acb84d65740d79c065',0,1,'Role','Researcher',0.4,5);
INSERT INTO "attribute_distribution" VALUES('8a28ae908a0441acb84d65740d79c065',1,0,'Role','Student',0.6,5);
INSERT INTO "attribute_distribution" VALUES('8a28ae908a0441acb84d65740d79c065',1,1,'Role','Researcher',0.4,5);
INSERT INTO "attribute_distribution" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',0,0,'Role','Student',0.6,5);
INSERT INTO "attribute_distribution" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',0,1,'Role','Researcher',0.4,5);
INSERT INTO "attribute_distribution" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',1,0,'Role','Student',0.6,5);
INSERT INTO "attribute_distribution" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',1,1,'Role','Researcher',0.4,5);
INSERT INTO "attribute_distribution" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',0,0,'Role','Student',0.6,5);
INSERT INTO "attribute_distribution" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',0,1,'Role','Researcher',0.4,5);
INSERT INTO "attribute_distribution" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',1,0,'Role','Student',0.6,5);
INSERT INTO "attribute_distribution" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',1,1,'Role','Researcher',0.4,5);
CREATE TABLE cohort (
	version_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	share FLOAT NOT NULL, 
	weighted_share FLOAT NOT NULL, 
	share_low FLOAT NOT NULL, 
	share_high FLOAT NOT NULL, 
	place INTEGER NOT NULL, 
	colour VARCHAR NOT NULL, 
	hidden BOOLEAN NOT NULL, 
	notes VARCHAR NOT NULL, 
	CONSTRAINT pk_cohort PRIMARY KEY (version_id, position), 
	CONSTRAINT fk_cohort_version_id FOREIGN KEY(version_id) REFERENCES cohort_version (id)
);
INSERT INTO "cohort" VALUES('8a28ae908a0441acb84d65740d79c065',0,'Notebooks','Notebooks, described',5,0.5,0.4,0.1,7.00000000000000066613e-01,1,'#000000',0,'note 0');
INSERT INTO "cohort" VALUES('8a28ae908a0441acb84d65740d79c065',1,'Editors','Editors, described',5,0.5,0.4,0.1,7.00000000000000066613e-01,0,'#000001',1,'note 1');
INSERT INTO "cohort" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',0,'Ärzte','Ärzte, described',5,0.5,0.4,0.1,7.00000000000000066613e-01,1,'#000000',0,'note 0');
INSERT INTO "cohort" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',1,'日本','日本, described',5,0.5,0.4,0.1,7.00000000000000066613e-01,0,'#000001',1,'note 1');
INSERT INTO "cohort" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',0,'Notebooks','Notebooks, described',5,0.5,0.4,0.1,7.00000000000000066613e-01,1,'#000000',0,'note 0');
INSERT INTO "cohort" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',1,'Editors','Editors, described',5,0.5,0.4,0.1,7.00000000000000066613e-01,0,'#000001',1,'note 1');
CREATE TABLE cohort_line (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_key VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	archived_at VARCHAR, 
	CONSTRAINT pk_cohort_line PRIMARY KEY (id), 
	CONSTRAINT uq_cohort_line_name_key UNIQUE (name_key)
);
INSERT INTO "cohort_line" VALUES('00c45c9f300f494ebc2cd8332be4d545','Python users','python users','2026-11-21T14:23:47.140842+00:00',NULL);
INSERT INTO "cohort_line" VALUES('d595f32a79964f8fa8cdb676f5ade501','Next wave','next wave','2026-11-21T14:23:47.178102+00:00',NULL);
CREATE TABLE cohort_version (
	id VARCHAR NOT NULL, 
	line_id VARCHAR NOT NULL, 
	number INTEGER NOT NULL, 
	parent_id VARCHAR, 
	survey_id VARCHAR NOT NULL, 
	run_id VARCHAR, 
	author VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	saved_at VARCHAR NOT NULL, 
	save_key VARCHAR NOT NULL, 
	content VARCHAR NOT NULL, 
	content_sha256 VARCHAR NOT NULL, 
	membership_sha256 VARCHAR NOT NULL, 
	seal VARCHAR NOT NULL, 
	CONSTRAINT pk_cohort_version PRIMARY KEY (id), 
	CONSTRAINT fk_cohort_version_line_id FOREIGN KEY(line_id) REFERENCES cohort_line (id), 
	CONSTRAINT fk_cohort_version_parent_id FOREIGN KEY(parent_id) REFERENCES cohort_version (id), 
	CONSTRAINT fk_cohort_version_run_id FOREIGN KEY(run_id) REFERENCES run (id), 
	CONSTRAINT fk_cohort_version_survey_id FOREIGN KEY(survey_id) REFERENCES survey (id), 
	CONSTRAINT uq_cohort_version_line_id UNIQUE (line_id, number), 
	CONSTRAINT uq_cohort_version_save_key UNIQUE (save_key)
);
INSERT INTO "cohort_version" VALUES('8a28ae908a0441acb84d65740d79c065','00c45c9f300f494ebc2cd8332be4d545',1,NULL,'2a074b22f0974cd3aaa9ce79fd333c21','ebd87a5354ec409d8c40820b3a8193b7','Ana','first look','2026-11-21T14:23:47.147180+00:00','120f1500e22340d18d3323f5caf87fcd','{"attributes":[{"attribute":"Role","base":5,"cohort":0,"level":"Student","share":0.6},{"attribute":"Role","base":5,"cohort":0,"level":"Researcher","share":0.4},{"attribute":"Role","base":5,"cohort":1,"level":"Student","share":0.6},{"attribute":"Role","base":5,"cohort":1,"level":"Researcher","share":0.4}],"cohort_set":{"cohorts":[{"base":[5,0,3],"description":"Notebooks, described","mixture_share":0.5,"name":"Notebooks","prevalence":[0.8,null,0.3333333333333333],"rate":[0.6666666666666666,0.30000000000000004,0.25],"share":0.4,"share_high":0.7000000000000001,"share_low":0.1,"size":5},{"base":[5,0,3],"description":"Editors, described","mixture_share":0.5,"name":"Editors","prevalence":[0.8,null,0.3333333333333333],"rate":[0.6666666666666666,0.30000000000000004,0.25],"share":0.4,"share_high":0.7000000000000001,"share_low":0.1,"size":5}],"mapping":{"blank":"not chosen if answered elsewhere","questions":[{"category":"IDE","question":"Tools","role":"tools"}],"version":1},"members":"eNpjYIABRjj8DwQACkAEAg==","offered":[{"base":[5,5,5],"category":"IDE","effective":[4.5,4.5,4.5],"labels":["VIM"],"listed":true,"name":"Vim","prevalence":[0.05,0.05,0.05],"weight":[0.5,0.5,0.5]},{"base":[5,5,5],"category":"IDE","effective":[4.5,4.5,4.5],"labels":["EMACS"],"listed":true,"name":"Emacs","prevalence":[0.05,0.05,0.05],"weight":[0.5,0.5,0.5]}],"overall":[0.6,0.3,0.2],"respondents":12,"respondents_effective":9.5,"respondents_included":null,"respondents_used":10,"schema":2,"spec":{"cluster":{"cohorts":0,"epsilon":0.0,"method":"hdbscan","min_cluster_size":0.02,"min_samples":10,"resolution":1.0,"selection":"leaf","unassigned":"keep"},"embed":{"dimensions":2,"min_dist":0.0,"neighbors":32,"seed":42},"encode":{"threshold":0.1},"neighbours":{"metric":"jaccard"}},"survey":"Survey one","survey_sha256":"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","tools":[{"category":"IDE","name":"Jupyter"},{"category":"IDE","name":"Vim"},{"category":"Platform","name":"Jupyter"}],"unlike_below":-4.25,"versions":{"numpy":"2.4.6"}},"looks":[{"colour":"#000000","hidden":false,"notes":"note 0","place":1},{"colour":"#000001","hidden":true,"notes":"note 1","place":0}],"schema":1}','f2c0d870809f9b8591c1cd23e41650f6925d3ef1fd75e7ba3394539afabe1396','f198b1ac388b6030811b8747b8b972e8c78dba253e94efa7431799ebe0dcc3e7','77a88f5e27f76f950e8a0790dc9dcda8d090ade88c7f44c7776f5076841c90b7');
INSERT INTO "cohort_version" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe','00c45c9f300f494ebc2cd8332be4d545',2,'8a28ae908a0441acb84d65740d79c065','2a074b22f0974cd3aaa9ce79fd333c21',NULL,'Ana','first look','2026-11-21T14:23:47.168011+00:00','54fd3175685f4692883a0deebf954c38','{"attributes":[{"attribute":"Role","base":5,"cohort":0,"level":"Student","share":0.6},{"attribute":"Role","base":5,"cohort":0,"level":"Researcher","share":0.4},{"attribute":"Role","base":5,"cohort":1,"level":"Student","share":0.6},{"attribute":"Role","base":5,"cohort":1,"level":"Researcher","share":0.4}],"cohort_set":{"cohorts":[{"base":[5,0,3],"description":"\u00c4rzte, described","mixture_share":0.5,"name":"\u00c4rzte","prevalence":[0.8,null,0.3333333333333333],"rate":[0.6666666666666666,0.30000000000000004,0.25],"share":0.4,"share_high":0.7000000000000001,"share_low":0.1,"size":5},{"base":[5,0,3],"description":"\u65e5\u672c, described","mixture_share":0.5,"name":"\u65e5\u672c","prevalence":[0.8,null,0.3333333333333333],"rate":[0.6666666666666666,0.30000000000000004,0.25],"share":0.4,"share_high":0.7000000000000001,"share_low":0.1,"size":5}],"mapping":{"blank":"not chosen if answered elsewhere","questions":[{"category":"IDE","question":"Tools","role":"tools"}],"version":1},"members":"eNpjYIABRjj8DwQACkAEAg==","offered":[{"base":[5,5,5],"category":"IDE","effective":[4.5,4.5,4.5],"labels":["VIM"],"listed":true,"name":"Vim","prevalence":[0.05,0.05,0.05],"weight":[0.5,0.5,0.5]},{"base":[5,5,5],"category":"IDE","effective":[4.5,4.5,4.5],"labels":["EMACS"],"listed":true,"name":"Emacs","prevalence":[0.05,0.05,0.05],"weight":[0.5,0.5,0.5]}],"overall":[0.6,0.3,0.2],"respondents":12,"respondents_effective":9.5,"respondents_included":null,"respondents_used":10,"schema":2,"spec":{"cluster":{"cohorts":0,"epsilon":0.0,"method":"hdbscan","min_cluster_size":0.02,"min_samples":10,"resolution":1.0,"selection":"leaf","unassigned":"keep"},"embed":{"dimensions":2,"min_dist":0.0,"neighbors":32,"seed":42},"encode":{"threshold":0.1},"neighbours":{"metric":"jaccard"}},"survey":"Survey one","survey_sha256":"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","tools":[{"category":"IDE","name":"Jupyter"},{"category":"IDE","name":"Vim"},{"category":"Platform","name":"Jupyter"}],"unlike_below":-4.25,"versions":{"numpy":"2.4.6"}},"looks":[{"colour":"#000000","hidden":false,"notes":"note 0","place":1},{"colour":"#000001","hidden":true,"notes":"note 1","place":0}],"schema":1}','d7fd1ead2aa3a902ee7636ad1c9992853714a205ae768341f7a713e18836046c','f198b1ac388b6030811b8747b8b972e8c78dba253e94efa7431799ebe0dcc3e7','538879cb75c45935f53ab047152a00da977d09e54f780e4ca30efef2b955b85e');
INSERT INTO "cohort_version" VALUES('9e273d24b71e44b0a77d96cc22e6b13e','d595f32a79964f8fa8cdb676f5ade501',1,NULL,'d2373af955fe46ff991a2bba6ca9a8d0',NULL,'Ana','first look','2026-11-21T14:23:47.181227+00:00','9e38e6ede8ed4ce0a3a53148cda9cfd4','{"attributes":[{"attribute":"Role","base":5,"cohort":0,"level":"Student","share":0.6},{"attribute":"Role","base":5,"cohort":0,"level":"Researcher","share":0.4},{"attribute":"Role","base":5,"cohort":1,"level":"Student","share":0.6},{"attribute":"Role","base":5,"cohort":1,"level":"Researcher","share":0.4}],"cohort_set":{"cohorts":[{"base":[5,0,3],"description":"Notebooks, described","mixture_share":0.5,"name":"Notebooks","prevalence":[0.8,null,0.3333333333333333],"rate":[0.6666666666666666,0.30000000000000004,0.25],"share":0.4,"share_high":0.7000000000000001,"share_low":0.1,"size":5},{"base":[5,0,3],"description":"Editors, described","mixture_share":0.5,"name":"Editors","prevalence":[0.8,null,0.3333333333333333],"rate":[0.6666666666666666,0.30000000000000004,0.25],"share":0.4,"share_high":0.7000000000000001,"share_low":0.1,"size":5}],"mapping":{"blank":"not chosen if answered elsewhere","questions":[{"category":"IDE","question":"Tools","role":"tools"}],"version":1},"members":"eNpjYIABRjj8DwQACkAEAg==","offered":[{"base":[5,5,5],"category":"IDE","effective":[4.5,4.5,4.5],"labels":["VIM"],"listed":true,"name":"Vim","prevalence":[0.05,0.05,0.05],"weight":[0.5,0.5,0.5]},{"base":[5,5,5],"category":"IDE","effective":[4.5,4.5,4.5],"labels":["EMACS"],"listed":true,"name":"Emacs","prevalence":[0.05,0.05,0.05],"weight":[0.5,0.5,0.5]}],"overall":[0.6,0.3,0.2],"respondents":12,"respondents_effective":9.5,"respondents_included":null,"respondents_used":10,"schema":2,"spec":{"cluster":{"cohorts":0,"epsilon":0.0,"method":"hdbscan","min_cluster_size":0.02,"min_samples":10,"resolution":1.0,"selection":"leaf","unassigned":"keep"},"embed":{"dimensions":2,"min_dist":0.0,"neighbors":32,"seed":42},"encode":{"threshold":0.1},"neighbours":{"metric":"jaccard"}},"survey":"Survey two","survey_sha256":"3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3","tools":[{"category":"IDE","name":"Jupyter"},{"category":"IDE","name":"Vim"},{"category":"Platform","name":"Jupyter"}],"unlike_below":-4.25,"versions":{"numpy":"2.4.6"}},"looks":[{"colour":"#000000","hidden":false,"notes":"note 0","place":1},{"colour":"#000001","hidden":true,"notes":"note 1","place":0}],"schema":1}','c02728bed04fcaa641bc48ad82330396152cfc6b629a13d41d3c97d264d58459','f198b1ac388b6030811b8747b8b972e8c78dba253e94efa7431799ebe0dcc3e7','658eb0a206b9f4af15d217d026812a6c631c6f4a79ad30f2857353b2c32b9cc0');
CREATE TABLE draft (
	owner VARCHAR NOT NULL, 
	survey VARCHAR NOT NULL, 
	result VARCHAR NOT NULL, 
	content VARCHAR NOT NULL, 
	changed_at VARCHAR NOT NULL, 
	CONSTRAINT pk_draft PRIMARY KEY (owner, survey, result)
);
INSERT INTO "draft" VALUES('ana','s','r','{"names":{"0":"half"}}','2026-11-21T14:23:47.189814+00:00');
CREATE TABLE mapping (
	id VARCHAR NOT NULL, 
	survey_id VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	content VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	CONSTRAINT pk_mapping PRIMARY KEY (id), 
	CONSTRAINT fk_mapping_survey_id FOREIGN KEY(survey_id) REFERENCES survey (id), 
	CONSTRAINT uq_mapping_survey_id UNIQUE (survey_id, sha256)
);
INSERT INTO "mapping" VALUES('50d00cce958c4f14860ba1b6e97728a6','2a074b22f0974cd3aaa9ce79fd333c21','e191de28b5608a3ae2f966f5fafbbb1832205a1c85eefbaed0d2614b72cbe9af','{"blank":"not chosen if answered elsewhere","questions":[{"category":"IDE","question":"Tools","role":"tools"}],"version":1}','2026-11-21T14:23:47.127250+00:00');
CREATE TABLE membership (
	version_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	dtype VARCHAR NOT NULL, 
	shape VARCHAR NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_membership PRIMARY KEY (version_id, kind), 
	CONSTRAINT fk_membership_version_id FOREIGN KEY(version_id) REFERENCES cohort_version (id)
);
INSERT INTO "membership" VALUES('8a28ae908a0441acb84d65740d79c065','cohort','|i1','[12]',X'789C636000024610F8FF1F0003220204');
INSERT INTO "membership" VALUES('8a28ae908a0441acb84d65740d79c065','posterior','<f4','[12]',X'789C63606060E8D1DB65DBA36765F77251B71D906DA7BFEB0590CD6DBFEB85923D50DC3EB624D05E7F57863D0343833D00AF4011B4');
INSERT INTO "membership" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe','cohort','|i1','[12]',X'789C636000024610F8FF1F0003220204');
INSERT INTO "membership" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe','posterior','<f4','[12]',X'789C63606060E8D1DB65DBA36765F77251B71D906DA7BFEB0590CD6DBFEB85923D50DC3EB624D05E7F57863D0343833D00AF4011B4');
INSERT INTO "membership" VALUES('9e273d24b71e44b0a77d96cc22e6b13e','cohort','|i1','[12]',X'789C636000024610F8FF1F0003220204');
INSERT INTO "membership" VALUES('9e273d24b71e44b0a77d96cc22e6b13e','posterior','<f4','[12]',X'789C63606060E8D1DB65DBA36765F77251B71D906DA7BFEB0590CD6DBFEB85923D50DC3EB624D05E7F57863D0343833D00AF4011B4');
CREATE TABLE prevalence (
	version_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	"column" INTEGER NOT NULL, 
	tool VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	prevalence FLOAT, 
	base INTEGER NOT NULL, 
	rate FLOAT, 
	overall FLOAT, 
	CONSTRAINT pk_prevalence PRIMARY KEY (version_id, position, "column"), 
	CONSTRAINT fk_prevalence_version_id FOREIGN KEY(version_id, position) REFERENCES cohort (version_id, position)
);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',0,0,'Jupyter','IDE',0.8,5,6.66666666666666629659e-01,0.6);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',0,1,'Vim','IDE',NULL,0,3.00000000000000044408e-01,0.3);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',0,2,'Jupyter','Platform',3.33333333333333314829e-01,3,0.25,0.2);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',0,3,'Emacs','IDE',0.05,5,NULL,NULL);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',1,0,'Jupyter','IDE',0.8,5,6.66666666666666629659e-01,0.6);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',1,1,'Vim','IDE',NULL,0,3.00000000000000044408e-01,0.3);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',1,2,'Jupyter','Platform',3.33333333333333314829e-01,3,0.25,0.2);
INSERT INTO "prevalence" VALUES('8a28ae908a0441acb84d65740d79c065',1,3,'Emacs','IDE',0.05,5,NULL,NULL);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',0,0,'Jupyter','IDE',0.8,5,6.66666666666666629659e-01,0.6);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',0,1,'Vim','IDE',NULL,0,3.00000000000000044408e-01,0.3);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',0,2,'Jupyter','Platform',3.33333333333333314829e-01,3,0.25,0.2);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',0,3,'Emacs','IDE',0.05,5,NULL,NULL);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',1,0,'Jupyter','IDE',0.8,5,6.66666666666666629659e-01,0.6);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',1,1,'Vim','IDE',NULL,0,3.00000000000000044408e-01,0.3);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',1,2,'Jupyter','Platform',3.33333333333333314829e-01,3,0.25,0.2);
INSERT INTO "prevalence" VALUES('b8ec7c841ae94b2aa839714dddd7e0fe',1,3,'Emacs','IDE',0.05,5,NULL,NULL);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',0,0,'Jupyter','IDE',0.8,5,6.66666666666666629659e-01,0.6);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',0,1,'Vim','IDE',NULL,0,3.00000000000000044408e-01,0.3);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',0,2,'Jupyter','Platform',3.33333333333333314829e-01,3,0.25,0.2);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',0,3,'Emacs','IDE',0.05,5,NULL,NULL);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',1,0,'Jupyter','IDE',0.8,5,6.66666666666666629659e-01,0.6);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',1,1,'Vim','IDE',NULL,0,3.00000000000000044408e-01,0.3);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',1,2,'Jupyter','Platform',3.33333333333333314829e-01,3,0.25,0.2);
INSERT INTO "prevalence" VALUES('9e273d24b71e44b0a77d96cc22e6b13e',1,3,'Emacs','IDE',0.05,5,NULL,NULL);
CREATE TABLE run (
	id VARCHAR NOT NULL, 
	survey_id VARCHAR NOT NULL, 
	mapping_id VARCHAR NOT NULL, 
	data_sha256 VARCHAR NOT NULL, 
	seed BIGINT NOT NULL, 
	spec VARCHAR NOT NULL, 
	libraries VARCHAR NOT NULL, 
	metrics VARCHAR NOT NULL, 
	seconds VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	CONSTRAINT pk_run PRIMARY KEY (id), 
	CONSTRAINT fk_run_mapping_id FOREIGN KEY(mapping_id) REFERENCES mapping (id), 
	CONSTRAINT fk_run_survey_id FOREIGN KEY(survey_id) REFERENCES survey (id)
);
INSERT INTO "run" VALUES('ebd87a5354ec409d8c40820b3a8193b7','2a074b22f0974cd3aaa9ce79fd333c21','50d00cce958c4f14860ba1b6e97728a6','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',42,'{"cluster":{"cohorts":0,"epsilon":0.0,"method":"hdbscan","min_cluster_size":0.02,"min_samples":10,"resolution":1.0,"selection":"leaf","unassigned":"keep"},"embed":{"dimensions":2,"min_dist":0.0,"neighbors":32,"seed":42},"encode":{"threshold":0.1},"neighbours":{"metric":"jaccard"}}','{"numpy":"2.4.6"}','{"cohorts":2,"heldout_gain":0.30000000000000004}','{"embed":1.5}','Ana','2026-11-21T14:23:47.128708+00:00');
CREATE TABLE survey (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	wave VARCHAR NOT NULL, 
	population VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	file_name VARCHAR NOT NULL, 
	sha256 VARCHAR, 
	respondents INTEGER, 
	applicable INTEGER, 
	has_raw_data BOOLEAN NOT NULL, 
	utility INTEGER, 
	notes VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	changed_at VARCHAR NOT NULL, 
	CONSTRAINT pk_survey PRIMARY KEY (id), 
	CONSTRAINT ck_survey_utility CHECK (utility BETWEEN 0 AND 4), 
	CONSTRAINT uq_survey_sha256 UNIQUE (sha256)
);
INSERT INTO "survey" VALUES('2a074b22f0974cd3aaa9ce79fd333c21','Survey one','','','','','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',NULL,NULL,1,NULL,'','2026-11-21T14:23:47.107633+00:00','2026-11-21T14:23:47.107633+00:00');
INSERT INTO "survey" VALUES('871c42727eaa407e803dedd14e9067d5','A report','','','','',NULL,NULL,NULL,0,3,'','2026-11-21T14:23:47.120162+00:00','2026-11-21T14:23:47.120162+00:00');
INSERT INTO "survey" VALUES('d2373af955fe46ff991a2bba6ca9a8d0','Survey two','','','','','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',12,10,1,NULL,'','2026-11-21T14:23:47.180223+00:00','2026-11-21T14:23:47.180223+00:00');
CREATE TABLE version_archive (
	version_id VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	archived_at VARCHAR NOT NULL, 
	CONSTRAINT pk_version_archive PRIMARY KEY (version_id), 
	CONSTRAINT fk_version_archive_version_id FOREIGN KEY(version_id) REFERENCES cohort_version (id)
);
INSERT INTO "version_archive" VALUES('8a28ae908a0441acb84d65740d79c065','Ana','2026-11-21T14:23:47.187499+00:00');
CREATE INDEX ix_run_survey_id ON run (survey_id);
CREATE INDEX ix_cohort_version_survey_id ON cohort_version (survey_id);
CREATE TRIGGER mapping_no_update BEFORE UPDATE ON mapping BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER mapping_no_delete BEFORE DELETE ON mapping BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER mapping_no_replace BEFORE INSERT ON mapping WHEN EXISTS (SELECT 1 FROM mapping WHERE "id" = NEW."id" OR "survey_id" = NEW."survey_id" AND "sha256" = NEW."sha256") BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER run_no_update BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER run_no_delete BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER run_no_replace BEFORE INSERT ON run WHEN EXISTS (SELECT 1 FROM run WHERE "id" = NEW."id") BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER cohort_version_no_update BEFORE UPDATE ON cohort_version BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER cohort_version_no_delete BEFORE DELETE ON cohort_version BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER cohort_version_no_replace BEFORE INSERT ON cohort_version WHEN EXISTS (SELECT 1 FROM cohort_version WHERE "id" = NEW."id" OR "line_id" = NEW."line_id" AND "number" = NEW."number" OR "save_key" = NEW."save_key") BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER cohort_no_update BEFORE UPDATE ON cohort BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER cohort_no_delete BEFORE DELETE ON cohort BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER cohort_no_replace BEFORE INSERT ON cohort WHEN EXISTS (SELECT 1 FROM cohort WHERE "version_id" = NEW."version_id" AND "position" = NEW."position") BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER prevalence_no_update BEFORE UPDATE ON prevalence BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER prevalence_no_delete BEFORE DELETE ON prevalence BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER prevalence_no_replace BEFORE INSERT ON prevalence WHEN EXISTS (SELECT 1 FROM prevalence WHERE "version_id" = NEW."version_id" AND "position" = NEW."position" AND "column" = NEW."column") BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER attribute_distribution_no_update BEFORE UPDATE ON attribute_distribution BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER attribute_distribution_no_delete BEFORE DELETE ON attribute_distribution BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER attribute_distribution_no_replace BEFORE INSERT ON attribute_distribution WHEN EXISTS (SELECT 1 FROM attribute_distribution WHERE "version_id" = NEW."version_id" AND "position" = NEW."position" AND "rank" = NEW."rank") BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER membership_no_update BEFORE UPDATE ON membership BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER membership_no_delete BEFORE DELETE ON membership BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
CREATE TRIGGER membership_no_replace BEFORE INSERT ON membership WHEN EXISTS (SELECT 1 FROM membership WHERE "version_id" = NEW."version_id" AND "kind" = NEW."kind") BEGIN SELECT RAISE(ABORT, 'saved versions and runs never change'); END;
COMMIT;
