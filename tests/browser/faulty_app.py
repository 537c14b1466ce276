"""An app with the workbench's settings whose script fails over a respondent's answer."""

import streamlit as st

from pages.shared import serving

if __name__ == "__main__":
    st.title("Survey")
    st.text("Before the fault")
    raise ValueError("could not convert string to float: 'canary@example.org'")

app = st.App(__file__, on_script_error=serving.failed)
