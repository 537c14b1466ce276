# The workbench on a server: docs/deployment.md says what stands around it.
FROM python:3.11-slim

WORKDIR /workbench
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY . .
RUN useradd --uid 1000 --create-home workbench && mkdir /data && chown workbench /data
USER workbench

ENV WORKBENCH_DATABASE_URL=sqlite:////data/workbench.db \
    NUMBA_CACHE_DIR=/home/workbench/.cache/numba
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py", "--server.headless=true", "--server.address=0.0.0.0", "--server.port=8501"]
